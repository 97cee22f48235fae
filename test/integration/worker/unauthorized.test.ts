import { expect, it } from 'vitest'

import { sampleCallback } from '../../support/callbacks.ts'
import { setup } from '../../support/ringback.ts'

it('takes a second 401 for the destination’s fault, says so in its health, and heals by itself', async () => {
  const { producer, sandbox, recorder, startWorker } = await setup()
  // Each attempt makes two requests: one more with a new token.
  sandbox.setFaults([{ do: 'unauthorized', times: 4 }])
  const worker = startWorker()
  expect((await worker.health()).destinations.get('default')).toMatchObject({ authorized: true })
  await producer.enqueue(sampleCallback('one'))

  const first = await recorder.next('attempt.settled')
  expect(first).toMatchObject({ outcome: 'unavailable', status: 401, code: 'unauthorized' })
  expect(first.state).toBe('retrying')
  const unhealthy = recorder.next('attempt.settled', ({ attempt }) => attempt === 2)
  expect((await worker.health()).destinations.get('default')).toMatchObject({ authorized: false })
  expect(await unhealthy).toMatchObject({ code: 'unauthorized', state: 'retrying' })

  await recorder.next('attempt.settled', ({ state }) => state === 'booked')
  expect((await worker.health()).destinations.get('default')).toMatchObject({ authorized: true })
  expect(await producer.status('one')).toMatchObject({ attempts: 3, possibleDuplicate: false })
  expect(sandbox.counts().requests).toBe(5)
})

it('spends one attempt on a 401 that a new token fixes', async () => {
  const { producer, sandbox, recorder, startWorker } = await setup()
  sandbox.setFaults([{ do: 'unauthorized', times: 1 }])
  startWorker()
  await producer.enqueue(sampleCallback('one'))
  const settled = await recorder.next('attempt.settled')
  expect(settled).toMatchObject({ outcome: 'booked', attempt: 1 })
  const tokens = sandbox.requests().map(({ tokenFingerprint }) => tokenFingerprint)
  expect(new Set(tokens).size).toBe(2)
})
