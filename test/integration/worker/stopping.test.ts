import { expect, it } from 'vitest'

import { sampleCallback, sampleCallbacks } from '../../support/callbacks.ts'
import { setup } from '../../support/ringback.ts'

it('finishes the attempt it is in when it is told to stop, and begins no other', async () => {
  const { producer, sandbox, recorder, startWorker } = await setup({
    destination: { concurrency: 1 },
  })
  const worker = startWorker()
  sandbox.setFaults([{ do: 'slow', delayMs: 200, times: 1 }])
  await producer.enqueue(sampleCallback('one'))
  await sandbox.requestArrived('one')
  await producer.enqueue(sampleCallback('two'))
  expect(await worker.stop()).toBe(true)
  expect(recorder.of('worker.stopped')).toMatchObject([{ inTime: true }])
  expect(await producer.status('one')).toMatchObject({ state: 'booked', attempts: 1 })
  expect(sandbox.requests()).toHaveLength(1)

  startWorker()
  await sandbox.booked('two')
  expect(sandbox.bookingsOf('one')).toHaveLength(1)
})

it('gives up the attempt it is in at the deadline and leaves it in good order for the next worker', async () => {
  const { config, producer, sandbox, recorder, startWorker } = await setup({
    destination: { attemptTimeoutMs: 15_000 },
  })
  config.shutdownDeadlineMs = 100
  const worker = startWorker()
  sandbox.setFaults([{ do: 'stall', times: 1 }])
  await producer.enqueue(sampleCallback('one'))
  await sandbox.requestArrived('one')
  expect(await worker.stop()).toBe(false)
  expect(recorder.of('attempt.settled')).toMatchObject([
    { outcome: 'uncertain', code: 'aborted', state: 'retrying' },
  ])

  startWorker()
  await recorder.next('attempt.settled', ({ state }) => state === 'booked')
  expect(await producer.status('one')).toMatchObject({ attempts: 2, possibleDuplicate: true })
})

it('loses nothing and sends nothing twice when workers come and go under load', async () => {
  const { producer, sandbox, startWorker } = await setup()
  const all = sampleCallbacks(200)
  sandbox.setFaults([{ do: 'slow', delayMs: 5 }])
  const answers = producer.enqueueMany(all)
  let worker = startWorker()
  for await (const answer of answers) expect(answer.kind).toBe('accepted')
  for (const share of [50, 100, 150]) {
    await sandbox.until(() => sandbox.counts().booked >= share)
    expect(await worker.stop()).toBe(true)
    worker = startWorker()
  }
  await sandbox.until(() => sandbox.counts().booked >= all.length)
  expect(await worker.stop()).toBe(true)
  for (const { callId } of all) expect(sandbox.bookingsOf(callId), callId).toHaveLength(1)
})

it('says that it runs while it does, and that it does not any more when it was stopped', async () => {
  const { store, producer, sandbox, startWorker } = await setup()
  const worker = startWorker()
  await producer.enqueue(sampleCallback('one'))
  await sandbox.booked('one')
  const running = await worker.health()
  expect(running.redis).toBe(true)
  expect(running.destinations.get(store.ref.destination)).toMatchObject({
    bridge: 'working',
    processor: 'working',
    authorized: true,
  })
  expect(await worker.stop()).toBe(true)
  const stopped = await worker.health()
  expect(stopped.redis).toBe(false)
  expect(stopped.destinations.get(store.ref.destination)).toMatchObject({
    bridge: 'stopped',
    processor: 'stopped',
  })
})
