/** The clocks of machines are set an hour ahead, and an hour back. Redis and Salesforce keep the right time. */
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

import { jobIdOf } from '../../src/shared/contract/ids.ts'
import { callbackKey, scheduleKey } from '../../src/shared/redis/keys.ts'
import { epochMsOf, isoTimestamp } from '../../src/shared/time/timestamp.ts'
import { sampleCallback, sampleCallbacks } from '../support/callbacks.ts'
import { spawnRingback } from '../support/process.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup, type Bundle } from '../support/ringback.ts'
import { startWorkerProcess } from '../support/worker-process.ts'
import { temporaryFolder } from '../unit/shared/config/temporary-folder.ts'

const hourMs = 3_600_000
/** What clocks may differ by before a callback that is early is put back. */
const toleranceMs = 1_000
/** BullMQ sleeps for ten seconds at a time, by a clock that nobody sets. */
const punctualMs = 15_000
const setting = new URL('../support/set-clock.mjs', import.meta.url).href
const calm = { RINGBACK_LOG_LEVEL: 'debug', RINGBACK_ATTEMPT_TIMEOUT: '5s' }

it('sends nothing early and nothing an hour late when the clock of the machine jumps by an hour, ahead and back', async () => {
  const machine = createMachine()
  const bundle = await setup()
  const { sandbox, producer, store } = bundle
  const worker = await startWorkerProcess(bundle, { ...calm, ...machine.settings })
  await producer.enqueue({ ...sampleCallback('in-half-an-hour'), delay: 'PT30M' })
  await producer.enqueue({ ...sampleCallback('soon'), delay: 'PT2S', expiresAt: inHalfAnHour() })
  const scheduledMs = await putOffUntilMs(bundle, 'in-half-an-hour')

  machine.setAhead(hourMs)
  sandbox.setFaults([{ do: 'break', match: { callId: 'again-ahead' }, times: 2 }])
  await producer.enqueue(sampleCallback('again-ahead'))
  await producer.enqueue({ ...sampleCallback('now-ahead'), expiresAt: inHalfAnHour() })
  await resultsOfAll(bundle, ['soon', 'now-ahead', 'again-ahead'])
  expect(await putOffUntilMs(bundle, 'in-half-an-hour')).toBe(scheduledMs)

  // Less than the horizon of the schedule, which keeps to Redis' time: it has a job at once.
  await producer.enqueue({ ...sampleCallback('held-back'), delay: 'PT1.5S' })
  await worker.next('callback.scheduled', (line) => line['id'] === 'held-back')
  machine.setAhead(-hourMs)
  await producer.enqueue(sampleCallback('now-back'))
  await producer.enqueue({ ...sampleCallback('soon-back'), delay: 'PT1S' })
  await resultsOfAll(bundle, ['now-back', 'soon-back'])

  const punctual = ['soon', 'now-ahead', 'soon-back', 'now-back']
  for (const id of punctual) await expectPunctual(bundle, id)
  expect(await producer.status('again-ahead')).toMatchObject({ state: 'booked', attempts: 3 })
  for (const id of ['in-half-an-hour', 'held-back']) {
    expect(await producer.status(id)).toMatchObject({ state: 'scheduled', attempts: 0 })
  }

  // What BullMQ holds back by two hours is found once it is overdue, by whoever walks then: not before the first one's next
  // round, or by another one in its place.
  await store.redis.hset(callbackKey(store.ref, 'held-back'), {
    dueAt: longAgo,
    updatedAt: longAgo,
  })
  await worker.kill()
  const other = await startWorkerProcess(bundle, calm)
  const { why } = await other.next('job.recovered', (line) => line['id'] === 'held-back')
  expect(why).toBe('the ledger says scheduled, the queue had a job that waited past its time')
  await resultsOfAll(bundle, ['held-back'])
  expect(sandbox.counts().booked).toBe(punctual.length + 2)
  expect(await producer.status('in-half-an-hour')).toMatchObject({ state: 'scheduled' })
}, 60_000)

it('keeps the time of every callback when the clocks of producers and workers differ by hours', async () => {
  const bundle = await setup()
  const { sandbox, producer } = bundle
  const gone = isoTimestamp(Date.now() + 500)
  await producer.enqueue({ ...sampleCallback('too-late'), expiresAt: gone })
  await expect.poll(() => Date.now()).toBeGreaterThan(epochMsOf(gone))
  const machines = [hourMs, 0].map((aheadMs) => createMachine(aheadMs))
  await Promise.all(
    machines.map(({ settings }) => startWorkerProcess(bundle, { ...calm, ...settings })),
  )
  const callbacks = sampleCallbacks(20, 'soon')
  for (const callback of callbacks) await producer.enqueue({ ...callback, delay: 'PT2S' })
  const submissions = [hourMs, -hourMs].map((aheadMs) => {
    const settings = { ...createMachine(aheadMs).settings, ...placeOf(bundle) }
    const args = ['enqueue', '--id', `from${aheadMs}`, '--call-id', `from${aheadMs}`]
    const number = ['--number', '+18445791189', '--delay', 'PT2S']
    return spawnRingback([...args, ...number], settings).exited
  })
  expect(await Promise.all(submissions)).toMatchObject([{ code: 0 }, { code: 0 }])

  const ids = [...callbacks.map(({ id }) => id), `from${hourMs}`, `from${-hourMs}`]
  await resultsOfAll(bundle, [...ids, 'too-late'])
  for (const id of ids) await expectPunctual(bundle, id)
  expect(await producer.status('too-late')).toMatchObject({ state: 'dead', reason: 'expired' })
  expect(sandbox.counts().requests).toBe(ids.length)
}, 60_000)

const longAgo = '2026-02-26T15:40:52.000Z'

function inHalfAnHour(): string {
  return isoTimestamp(Date.now() + hourMs / 2)
}

/** A machine whose clock can be set. What runs on it gets these settings. */
function createMachine(aheadMs = 0) {
  const file = join(temporaryFolder(), 'ahead')
  const setAhead = (ms: number) => {
    // In one step: half a number is another number.
    writeFileSync(`${file}.new`, `${ms}`)
    renameSync(`${file}.new`, file)
  }
  setAhead(aheadMs)
  const settings = { NODE_OPTIONS: `--import=${setting}`, RINGBACK_TEST_CLOCK_AHEAD: file }
  return { settings, setAhead }
}

function placeOf({ redisUrl, store }: Bundle) {
  return { RINGBACK_REDIS_URL: redisUrl, RINGBACK_NAMESPACE: store.ref.namespace }
}

/** Booked once, by its first attempt, when it was due. */
async function expectPunctual({ producer, sandbox }: Bundle, id: string): Promise<void> {
  const story = await producer.status(id)
  expect(story, id).toMatchObject({ state: 'booked', attempts: 1, possibleDuplicate: false })
  const [booking, ...others] = sandbox.bookingsOf(id)
  expect(others).toEqual([])
  const lateMs = epochMsOf(booking?.bookedAt ?? '') - epochMsOf(story?.dueAt ?? '')
  expect(lateMs, id).toBeGreaterThan(-toleranceMs)
  expect(lateMs, id).toBeLessThan(punctualMs)
}

/** Until when the schedule keeps a callback, whatever the clock of any machine says. */
async function putOffUntilMs({ store }: Bundle, id: string): Promise<number> {
  const read = async () => Number(await store.redis.zscore(scheduleKey(store.ref), jobIdOf(id, 1)))
  await expect.poll(read).toBeGreaterThan(0)
  return read()
}
