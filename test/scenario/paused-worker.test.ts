/**
 * A worker is paused in mid-request for longer than its lock: its machine sleeps, its event loop is blocked, its container
 * is frozen. It does not know, and comes back with an answer after another worker has taken its callback over.
 */
import { Queue } from 'bullmq'
import { expect, it } from 'vitest'

import { jobIdOf } from '../../src/shared/contract/ids.ts'
import { queueName, queuePrefix } from '../../src/shared/redis/keys.ts'
import { sampleCallback, sendRaw } from '../support/callbacks.ts'
import { resultsOfAll, resultsUntil } from '../support/results.ts'
import { setup, type Bundle } from '../support/ringback.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

const quietLock = { RINGBACK_LOCK_DURATION: '4s' }

it('records both bookings when a paused worker and the one that took over have each booked', async () => {
  const bundle = await setup()
  const { sandbox, producer } = bundle
  sandbox.setFaults([{ do: 'slow', delayMs: 500, times: 1 }])
  const paused = await startWorkerProcess(bundle)
  await sendRaw(bundle, sampleCallback('twice'))
  await sandbox.requestArrived('twice')

  paused.signal('SIGSTOP')
  const first = await sandbox.booked('twice')
  await startWorkerProcess(bundle, quietLock)
  await resultsOfAll(bundle, ['twice'])
  paused.signal('SIGCONT')
  const late = await paused.next('attempt.settled')

  expect(late).toMatchObject({
    id: 'twice',
    attempt: 1,
    outcome: 'booked',
    settlement: 'double-booking',
    recordId: first.recordId,
    level: 50,
  })
  expect(sandbox.bookingsOf('twice')).toHaveLength(2)
  expect(await producer.status('twice')).toMatchObject({
    state: 'booked',
    recordId: sandbox.bookingsOf('twice')[1]?.recordId,
    otherRecordIds: [first.recordId],
    possibleDuplicate: true,
  })
  const results = await resultsUntil(bundle, ({ length }) => length === 2)
  expect(results).toMatchObject([
    { id: 'twice', state: 'booked', possibleDuplicate: true },
    { id: 'twice', state: 'booked', recordId: first.recordId, possibleDuplicate: true },
  ])
})

it('records the late booking of a paused worker, and the planned attempt is not made', async () => {
  const bundle = await setup()
  const { sandbox, producer } = bundle
  sandbox.setFaults([{ do: 'slow', delayMs: 500, times: 1 }])
  const paused = await startWorkerProcess(bundle)
  await sendRaw(bundle, sampleCallback('late'))
  await sandbox.requestArrived('late')

  paused.signal('SIGSTOP')
  const booking = await sandbox.booked('late')
  // The next attempt is planned far ahead, so that the paused worker comes back before it.
  const successor = await startWorkerProcess(bundle, {
    ...quietLock,
    RINGBACK_LOG_LEVEL: 'debug',
    RINGBACK_BACKOFF_INITIAL: '24h',
    RINGBACK_BACKOFF_MAX: '24h',
  })
  const takenOver = await successor.next('attempt.settled')
  paused.signal('SIGCONT')
  const late = await paused.next('attempt.settled')
  await resultsOfAll(bundle, ['late'])
  await makeDueNow(bundle, 'late')
  await successor.next('job.skipped')

  expect(takenOver).toMatchObject({ outcome: 'uncertain', code: 'worker-lost', state: 'retrying' })
  expect(late).toMatchObject({ settlement: 'late-booking', recordId: booking.recordId })
  expect(sandbox.bookingsOf('late')).toHaveLength(1)
  expect(await producer.status('late')).toMatchObject({
    state: 'booked',
    attempts: 1,
    recordId: booking.recordId,
    nextAttemptAt: undefined,
    possibleDuplicate: true,
  })
})

/** What time would do: the job that waits for its next attempt is taken up. */
async function makeDueNow({ store }: Bundle, id: string): Promise<void> {
  const queue = new Queue(queueName, { connection: store.redis, prefix: queuePrefix(store.ref) })
  const job = await queue.getJob(jobIdOf(id, 1))
  await job?.promote()
  await queue.close()
}
