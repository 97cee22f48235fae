/** A worker is killed while Salesforce holds its request. Nobody can know whether that request was taken. */
import { expect, it } from 'vitest'

import { systemClock } from '../../src/shared/time/clock.ts'
import { sampleCallback, sendRaw } from '../support/callbacks.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup } from '../support/ringback.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

/** Far above what a busy machine delays the surviving worker by: only the killed one's lock is to run out. */
const survivor = { RINGBACK_LOCK_DURATION: '4s' }

/** Nothing is set that a user does not have to set. */
const asTheyCome = {
  RINGBACK_LOCK_DURATION: '',
  RINGBACK_BACKOFF_INITIAL: '',
  RINGBACK_BACKOFF_MAX: '',
  RINGBACK_ATTEMPT_TIMEOUT: '',
  RINGBACK_RATE: '',
  RINGBACK_CONCURRENCY: '',
}

it('hands the callback of a killed worker to another one, which books it and marks that nobody could know', async () => {
  const bundle = await setup()
  const { sandbox, producer } = bundle
  sandbox.setFaults([{ do: 'stall', times: 1 }])
  const victim = await startWorkerProcess(bundle)
  await sendRaw(bundle, sampleCallback('lost'))
  await sandbox.requestArrived('lost')

  await victim.kill()
  const rescuer = await startWorkerProcess(bundle, survivor)
  const taken = await rescuer.next('attempt.settled', ({ outcome }) => outcome === 'uncertain')
  const [result] = await resultsOfAll(bundle, ['lost'])

  expect(taken).toMatchObject({ id: 'lost', attempt: 1, code: 'worker-lost', state: 'retrying' })
  expect(sandbox.bookingsOf('lost')).toHaveLength(1)
  expect(result).toMatchObject({ state: 'booked', possibleDuplicate: true })
  expect(await producer.status('lost')).toMatchObject({
    state: 'booked',
    attempts: 2,
    possibleDuplicate: true,
    recordId: sandbox.bookingsOf('lost')[0]?.recordId,
    history: [
      { attempt: 1, outcome: 'uncertain', code: 'worker-lost' },
      { attempt: 2, outcome: 'booked' },
    ],
  })
})

it('marks the callback whose killed worker had been heard: it is booked twice, and never in silence', async () => {
  const bundle = await setup()
  const { sandbox, producer } = bundle
  sandbox.setFaults([{ do: 'stall', booked: true, times: 1 }])
  const victim = await startWorkerProcess(bundle)
  await sendRaw(bundle, sampleCallback('heard'))
  await sandbox.booked('heard')

  await victim.kill()
  await startWorkerProcess(bundle, survivor)
  const [result] = await resultsOfAll(bundle, ['heard'])

  expect(sandbox.bookingsOf('heard')).toHaveLength(2)
  expect(result).toMatchObject({ state: 'booked', possibleDuplicate: true })
  expect(await producer.status('heard')).toMatchObject({ state: 'booked', possibleDuplicate: true })
})

it('attempts the callbacks of a killed worker again within 15 seconds, with the settings as they come', async () => {
  const bundle = await setup()
  const { sandbox, producer } = bundle
  sandbox.setFaults([{ do: 'stall', times: 2 }])
  const victim = await startWorkerProcess(bundle, asTheyCome)
  await sendRaw(bundle, sampleCallback('one'))
  await sendRaw(bundle, sampleCallback('other'))
  await Promise.all([sandbox.requestArrived('one'), sandbox.requestArrived('other')])

  const killedAtMs = systemClock.now()
  await victim.kill()
  await startWorkerProcess(bundle, asTheyCome)
  const again = await Promise.all([
    sandbox.requestArrived('one', 2),
    sandbox.requestArrived('other', 2),
  ])

  const waitsMs = again.map(({ receivedAt }) => Date.parse(receivedAt) - killedAtMs)
  expect(Math.max(...waitsMs)).toBeLessThan(15_000)
  await resultsOfAll(bundle, ['one', 'other'])
  for (const id of ['one', 'other']) {
    expect(await producer.status(id)).toMatchObject({ state: 'booked', possibleDuplicate: true })
  }
}, 60_000)
