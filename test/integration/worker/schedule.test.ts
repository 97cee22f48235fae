import { describe, expect, it } from 'vitest'

import { createCallbackQueue } from '../../../src/queue/callback-queue.ts'
import { jobIdOf } from '../../../src/shared/contract/ids.ts'
import { horizonMs } from '../../../src/shared/delivery/horizon.ts'
import {
  callbackKey,
  delayedJobsKey,
  dueJobsKey,
  jobKey,
  scheduleKey,
} from '../../../src/shared/redis/keys.ts'
import { bridgeGroup } from '../../../src/shared/store/inbox/inbox.ts'
import { cancel } from '../../../src/shared/store/ledger/cancel.ts'
import { movedJob } from '../../../src/shared/store/ledger/moved-job.ts'
import { reschedule } from '../../../src/shared/store/ledger/reschedule.ts'
import { readSchedulePage } from '../../../src/shared/store/schedule/schedule-page.ts'
import { readServerTimeMs } from '../../../src/shared/store/server/server-time.ts'
import { readQueueDepth } from '../../../src/shared/store/stats/queue-depth.ts'
import { epochMsOf, isoTimestamp } from '../../../src/shared/time/timestamp.ts'
import { enqueuePage } from '../../../src/worker/schedule/enqueue-page.ts'
import { sampleCallback, sampleCallbacks } from '../../support/callbacks.ts'
import { resultsOfAll } from '../../support/results.ts'
import { setup, type Bundle } from '../../support/ringback.ts'

const hourMs = 3_600_000
/** For longer than a busy machine takes for a test. */
const soonMs = 60_000
const one = sampleCallback('one')

async function putOff(bundle: Bundle, ids: readonly string[], delay = hourMs): Promise<void> {
  const { producer, recorder, startWorker } = bundle
  const worker = startWorker()
  for (const id of ids) await producer.enqueue({ ...sampleCallback(id), delay })
  const areAll = () => recorder.of('callback.scheduled').length === ids.length
  await recorder.next('callback.scheduled', areAll)
  await worker.stop()
}

/** As if its time had come, or nearly. */
async function makeDue({ store }: Bundle, id: string, inMs = 0): Promise<void> {
  const { redis, ref } = store
  const atMs = (await readServerTimeMs(redis)) + inMs
  await redis.hset(callbackKey(ref, id), { dueAt: isoTimestamp(atMs) })
  await redis.zadd(scheduleKey(ref), 'XX', Math.floor(atMs), jobIdOf(id, 1))
}

const pageOf = ({ store }: Bundle, given: { horizonMs?: number; mostDelayed?: number } = {}) =>
  readSchedulePage(store, { horizonMs: soonMs, most: 200, mostDelayed: 200, ...given })

function enqueuing(bundle: Bundle) {
  const { store, recorder } = bundle
  return { store, queue: createCallbackQueue(store), observe: recorder.observe }
}

const scheduleOf = ({ store }: Bundle) => store.redis.zrange(scheduleKey(store.ref), '0', '-1')
const hasJob = ({ store }: Bundle, id: string) =>
  store.redis.exists(jobKey(store.ref, jobIdOf(id, 1)))

describe('a callback that is put off', () => {
  it('has no job until shortly before it is due, counts as waiting, and is sent then, once', async () => {
    const bundle = await setup()
    const { store, producer, sandbox, recorder, startWorker } = bundle
    startWorker()
    const answer = await producer.enqueue({ ...one, delay: horizonMs + 4_000 })
    if (answer.kind !== 'accepted') throw new Error(answer.kind)
    await recorder.next('callback.scheduled')
    expect(await scheduleOf(bundle)).toEqual([jobIdOf(one.id, 1)])
    expect(await hasJob(bundle, one.id)).toBe(0)
    expect(await readQueueDepth(store)).toEqual({
      due: 0,
      waiting: 1,
      dueWithinHour: 1,
      underWay: 0,
      nextDueMs: epochMsOf(answer.dueAt),
    })
    const { receivedAt } = await sandbox.requestArrived(one.id)
    expect(epochMsOf(receivedAt)).toBeGreaterThanOrEqual(epochMsOf(answer.dueAt))
    await resultsOfAll(bundle, [one.id])
    expect(sandbox.bookingsOf(one.id)).toHaveLength(1)
    expect(await scheduleOf(bundle)).toEqual([])
  })

  it('has no job for as long as it takes, is moved with its time, and leaves when it is cancelled', async () => {
    const bundle = await setup()
    await putOff(bundle, ['one'])
    const { store } = bundle
    const later = isoTimestamp(Date.now() + 5 * hourMs)
    const who = { by: undefined, why: undefined }
    await reschedule(store, { id: 'one', ...who, delayMs: undefined, notBefore: later })
    const score = await store.redis.zscore(scheduleKey(store.ref), jobIdOf('one', 1))
    expect(Number(score)).toBe(epochMsOf(later))
    await cancelOne(bundle)
    expect(await scheduleOf(bundle)).toEqual([])
  })

  it('is put on the queue once, by whichever of two workers, with what of its time is left', async () => {
    const bundle = await setup()
    const ids = sampleCallbacks(3).map(({ id }) => id)
    await putOff(bundle, ids)
    const [first = '', second = '', third = ''] = ids
    await makeDue(bundle, first)
    await makeDue(bundle, second, soonMs - 100)
    const page = await pageOf(bundle)
    expect(page.entries.map(({ jobId }) => jobId)).toEqual(
      [first, second].map((id) => jobIdOf(id, 1)),
    )
    const context = enqueuing(bundle)
    await Promise.all([enqueuePage(context, page), enqueuePage(context, page)])
    const { redis, ref } = bundle.store
    expect(await redis.zrange(dueJobsKey(ref), '0', '-1')).toEqual([jobIdOf(first, 1)])
    expect(await redis.zrange(delayedJobsKey(ref), '0', '-1')).toEqual([jobIdOf(second, 1)])
    expect(await scheduleOf(bundle)).toEqual([jobIdOf(third, 1)])
  })
})

describe('whoever puts it on the queue, having read that it is about to be due', () => {
  it('leaves it in the schedule if somebody moves it meanwhile, and its job waits for the new time', async () => {
    const bundle = await setup()
    const { store, sandbox, recorder, startWorker } = bundle
    await putOff(bundle, ['one'])
    await makeDue(bundle, 'one')
    const page = await pageOf(bundle)
    const notBefore = isoTimestamp(Date.now() + hourMs)
    const who = { by: undefined, why: undefined }
    await reschedule(store, { id: 'one', ...who, delayMs: undefined, notBefore })
    await enqueuePage(enqueuing(bundle), page)
    expect(await scheduleOf(bundle)).toEqual([jobIdOf('one', 1)])

    // Nor is it sent where its job had no time to wait for.
    const queue = createCallbackQueue(store)
    const job = { id: 'one', generation: 1 }
    await queue.remove(job)
    await queue.add({ ...job, priority: undefined, requestedAtMs: 0, delayMs: 0 })
    startWorker()
    const until = () => store.redis.zscore(delayedJobsKey(store.ref), jobIdOf('one', 1))
    await expect.poll(async () => Number(await until()) / 4_096).toBeGreaterThan(Date.now())
    expect(sandbox.counts().booked).toBe(0)
    await queue.close()
    expect(recorder.of('processor.failed')).toEqual([])
  })

  it('has it sent at once, and only once, if somebody wants it now', async () => {
    const bundle = await setup()
    const { store, sandbox, startWorker } = bundle
    await putOff(bundle, ['one'])
    await makeDue(bundle, 'one', soonMs - 100)
    const page = await pageOf(bundle)
    const now = { id: 'one', by: undefined, why: undefined, delayMs: undefined }
    const moved = await reschedule(store, { ...now, notBefore: undefined })
    if (moved.kind !== 'moved') throw new Error(moved.kind)
    const job = movedJob('one', moved)
    if (job === undefined) throw new Error('it has a job')
    const context = enqueuing(bundle)
    await Promise.all([enqueuePage(context, page), context.queue.reenqueue(job)])
    startWorker()
    await resultsOfAll(bundle, ['one'])
    expect(sandbox.bookingsOf('one')).toHaveLength(1)
    await expect.poll(() => scheduleOf(bundle)).toEqual([])
  })

  it('has nothing sent that somebody cancels meanwhile', async () => {
    const bundle = await setup()
    const { sandbox, recorder, startWorker } = bundle
    await putOff(bundle, ['one'])
    await makeDue(bundle, 'one')
    const page = await pageOf(bundle)
    const context = enqueuing(bundle)
    await Promise.all([cancelOne(bundle), enqueuePage(context, page)])
    await context.queue.add({ id: 'one', generation: 1, priority: 5, requestedAtMs: 0, delayMs: 0 })
    startWorker()
    await recorder.next('job.skipped', ({ id }) => id === 'one')
    expect(sandbox.counts().booked).toBe(0)
    expect(await scheduleOf(bundle)).toEqual([])
  })

  it.each([
    ['has ended', { state: 'booked' }],
    ['is under way', { state: 'attempting' }],
    ['was promised anew', { generation: '2' }],
  ])('adds no job for what %s, and takes it off the schedule', async (_, fields) => {
    const bundle = await setup()
    const { redis, ref } = bundle.store
    await putOff(bundle, ['one'])
    await makeDue(bundle, 'one')
    await redis.hset(callbackKey(ref, 'one'), fields)
    await enqueuePage(enqueuing(bundle), await pageOf(bundle))
    expect(await hasJob(bundle, 'one')).toBe(0)
    expect(await scheduleOf(bundle)).toEqual([])
  })

  it('holds up no other callback for one that nobody can put there', async () => {
    const bundle = await setup()
    const { store, recorder } = bundle
    await putOff(bundle, ['bad', 'good'])
    await makeDue(bundle, 'bad')
    await makeDue(bundle, 'good')
    await store.redis.set(jobKey(store.ref, jobIdOf('bad', 1)), 'no job')
    await store.redis.zadd(scheduleKey(store.ref), 1, 'nobody', 2, jobIdOf('never-was', 1))
    await enqueuePage(enqueuing(bundle), await pageOf(bundle))
    expect(await store.redis.zrange(dueJobsKey(store.ref), '0', '-1')).toContain(jobIdOf('good', 1))
    expect(await scheduleOf(bundle)).toEqual([])
    expect(recorder.all.at(-1)).toMatchObject({ event: 'maintenance.failed', part: 'schedule' })
  })
})

describe('at an opening bell', () => {
  it('few are on the queue before it, and what is due goes there whatever waits there', async () => {
    const bundle = await setup()
    const { redis, ref } = bundle.store
    const nowMs = Math.floor(await readServerTimeMs(redis))
    const bell = Array.from({ length: 500 }, (_, n) => [
      nowMs + soonMs / 2,
      `cb-1-bell-${n}`,
    ]).flat()
    await redis.zadd(scheduleKey(ref), ...bell)
    const before = await pageOf(bundle)
    expect(before.entries).toHaveLength(200)
    expect(before.nextMs).toBe(nowMs + soonMs / 2)

    const jobs = Array.from({ length: 200 }, (_, n) => [
      (nowMs + soonMs / 2) * 4_096 + n,
      `job-${n}`,
    ])
    await redis.zadd(delayedJobsKey(ref), ...jobs.flat())
    expect((await pageOf(bundle)).entries).toHaveLength(0)
    const due = Array.from({ length: 300 }, (_, n) => [nowMs - 300 + n, `cb-1-due-${n}`]).flat()
    await redis.zadd(scheduleKey(ref), ...due)
    const { entries } = await pageOf(bundle)
    expect(entries.map(({ jobId }) => jobId)).toEqual(
      Array.from({ length: 200 }, (_, n) => `cb-1-due-${n}`),
    )
    // What waits for another attempt in an hour takes no room.
    await redis.del(delayedJobsKey(ref))
    await redis.zadd(delayedJobsKey(ref), (nowMs + hourMs) * 4_096, 'retrying')
    await redis.zremrangebyscore(scheduleKey(ref), '-inf', nowMs)
    expect((await pageOf(bundle, { mostDelayed: 1 })).entries).toHaveLength(1)
  })

  it('every callback is booked, once', async () => {
    // A busy machine is not to look like a dead worker, or a Salesforce that does not answer.
    const bundle = await setup({ destination: { concurrency: 50, attemptTimeoutMs: 20_000 } })
    const { producer, sandbox, startWorker } = bundle
    const callbacks = sampleCallbacks(250)
    const notBefore = isoTimestamp(Date.now() + 5_000)
    for await (const { kind } of producer.enqueueMany(
      callbacks.map((each) => ({ ...each, notBefore })),
    )) {
      expect(kind).toBe('accepted')
    }
    for (let nth = 1; nth <= 2; nth += 1) startWorker({ lockMs: 30_000 })
    await resultsOfAll(
      bundle,
      callbacks.map(({ id }) => id),
    )
    expect(sandbox.counts().booked).toBe(callbacks.length)
    expect(await scheduleOf(bundle)).toEqual([])
  }, 60_000)
})

function cancelOne({ store }: Bundle) {
  const nowMs = Date.now()
  return cancel(store, {
    id: 'one',
    by: undefined,
    why: undefined,
    now: isoTimestamp(nowMs),
    nowMs,
    retentionMs: 60_000,
    group: bridgeGroup,
  })
}
