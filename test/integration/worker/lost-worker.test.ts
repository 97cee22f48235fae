import { settleInput } from '../../support/end-inputs.ts'
import { Queue } from 'bullmq'
import { expect, it } from 'vitest'

import { queuePrefix } from '../../../src/shared/redis/keys.ts'
import { settle, type SettleInput } from '../../../src/shared/store/ledger/settle.ts'
import { readResults } from '../../../src/shared/store/results/results.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import { isoTimestamp } from '../../../src/shared/time/timestamp.ts'
import { sampleCallback } from '../../support/callbacks.ts'
import { setup, type Bundle } from '../../support/ringback.ts'
import { scheduled } from '../../support/scheduled.ts'

const intent = JSON.stringify(sampleCallback('one'))
const nowMs = systemClock.now()
const now = isoTimestamp(nowMs)
const dayMs = 86_400_000
/** So long a wait that the second attempt does not begin by itself within a test. */
const later = {
  maxAttempts: 5,
  maxRetryDurationMs: 10 * dayMs,
  notFoundGraceMs: 0,
  backoff: { initialMs: dayMs, factor: 1, maxMs: dayMs },
}

const soon = { ...later, backoff: { initialMs: 1, factor: 1, maxMs: 1 } }

/** A worker has opened the first attempt and was not heard of again: its job has stalled and is on the queue once more. */
function lostInFirstAttempt({ store }: Bundle): Promise<void> {
  const fields = {
    state: 'attempting',
    attempts: '1',
    claim: 'of-the-lost-worker',
    firstAttemptAt: now,
    'attempt:1': `{"startedAt":"${now}"}`,
  }
  return scheduled({ store, intent, fields })
}

/** The lost worker comes back with its answer. */
function answerOf(bundle: Bundle, recordId: string) {
  const record = `{"startedAt":"${now}","outcome":"booked"}`
  return settledByAnother(bundle, { state: 'booked', recordId, record })
}

function settledByAnother({ store }: Bundle, end: Partial<SettleInput>) {
  const input = settleInput({
    id: 'one',
    state: 'retrying',
    record: `{"startedAt":"${now}"}`,
    now,
    nowMs,
    retentionMs: dayMs,
    ownerTtlMs: dayMs,
    keptRecords: 20,
    ...end,
  })
  return settle(store, input)
}

it('makes the attempt of a lost worker uncertain and another one after it', async () => {
  const bundle = await setup({ destination: { retry: soon } })
  const { producer, sandbox, recorder, startWorker } = bundle
  await lostInFirstAttempt(bundle)
  startWorker()
  await recorder.next('attempt.settled', ({ state }) => state === 'booked')
  expect(await producer.status('one')).toMatchObject({
    state: 'booked',
    attempts: 2,
    possibleDuplicate: true,
    history: [
      { attempt: 1, startedAt: now, outcome: 'uncertain', code: 'worker-lost' },
      { attempt: 2, outcome: 'booked' },
    ],
  })
  expect(sandbox.bookingsOf('one')).toHaveLength(1)
})

it('claims nothing about the way of a request whose worker was lost', async () => {
  const bundle = await setup({ destination: { retry: soon } })
  const { producer, recorder, startWorker } = bundle
  await lostInFirstAttempt(bundle)
  startWorker()
  await recorder.next('attempt.settled', ({ state }) => state === 'booked')

  const [lost, sent] = (await producer.status('one'))?.history ?? []
  for (const name of ['phase', 'bytesSent', 'durationMs', 'status']) {
    expect(lost).not.toHaveProperty(name)
    expect(sent).toHaveProperty(name)
  }
  const [line] = recorder.of('attempt.settled')
  expect(line).toMatchObject({ phase: undefined, bytesSent: undefined, durationMs: undefined })
})

it('follows the truth when a lost worker had booked after all, and sends nothing more', async () => {
  const bundle = await setup({ destination: { retry: later } })
  const { store, producer, sandbox, recorder, startWorker } = bundle
  await lostInFirstAttempt(bundle)
  startWorker()
  await recorder.next('attempt.settled', ({ state }) => state === 'retrying')
  expect(await answerOf(bundle, 'late')).toBe('late-booking')

  const queue = new Queue('callbacks', { connection: store.redis, prefix: queuePrefix(store.ref) })
  await (await queue.getJob('cb-1-one'))?.promote()
  const skipped = await recorder.next('job.skipped')
  expect(skipped).toMatchObject({ id: 'one', why: 'the callback is booked' })
  expect(await producer.status('one')).toMatchObject({
    state: 'booked',
    recordId: 'late',
    attempts: 1,
    possibleDuplicate: true,
  })
  expect(sandbox.counts().requests).toBe(0)
  expect(await readResults(store, { afterEntryId: '0-0', count: 9 })).toMatchObject([
    { id: 'one', state: 'booked', recordId: 'late', possibleDuplicate: true },
  ])
})

it('keeps both records when a lost worker and its successor have booked, and publishes both', async () => {
  const bundle = await setup({ destination: { retry: soon } })
  const { store, producer, sandbox, recorder, startWorker } = bundle
  await lostInFirstAttempt(bundle)
  startWorker()
  await recorder.next('attempt.settled', ({ state }) => state === 'booked')
  expect(await answerOf(bundle, 'other')).toBe('double-booking')

  const recordId = sandbox.bookingsOf('one')[0]?.recordId
  expect(await producer.status('one')).toMatchObject({
    state: 'booked',
    recordId,
    otherRecordIds: ['other'],
    possibleDuplicate: true,
  })
  expect(await readResults(store, { afterEntryId: '0-0', count: 9 })).toMatchObject([
    { state: 'booked', recordId },
    { state: 'booked', recordId: 'other', possibleDuplicate: true },
  ])
})

it('keeps the job of a callback that another worker has settled without its lock, and makes the next attempt', async () => {
  const bundle = await setup({ destination: { retry: soon, attemptTimeoutMs: 300 } })
  const { producer, sandbox, recorder, startWorker } = bundle
  sandbox.setFaults([{ do: 'stall', times: 1 }])
  // The reconciler would come to it as well, minutes later.
  startWorker({ maintenanceMs: dayMs })
  await scheduled({ ...bundle, intent })
  await sandbox.requestArrived('one')
  expect(await settledByAnother(bundle, { code: 'worker-lost', nextAttemptAt: now })).toBe(
    'settled',
  )

  const { settlement } = await recorder.next('attempt.settled')
  await recorder.next('attempt.settled', ({ state }) => state === 'booked')
  expect(settlement).toBe('stale')
  expect(await producer.status('one')).toMatchObject({ attempts: 2, possibleDuplicate: true })
})

it('puts back a callback whose job the queue has lost, and leaves alone one that is not due', async () => {
  const { store, producer, sandbox, recorder, startWorker } = await setup()
  await producer.enqueue({ ...sampleCallback('two'), delay: 3_600_000 })
  await scheduled({ store, intent, queued: false })
  startWorker()
  await recorder.next('callback.scheduled')
  await sandbox.booked('one')
  expect(recorder.of('job.recovered')).toMatchObject([
    { id: 'one', why: 'the ledger says scheduled, the queue had no job' },
  ])
  expect(await producer.status('two')).toMatchObject({ state: 'scheduled', attempts: 0 })
})
