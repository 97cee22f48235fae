import { describe, expect, it } from 'vitest'

import { jobPriority } from '../../../src/queue/job-priority.ts'
import { callbackKey, deadLettersKey, jobKey, scheduleKey } from '../../../src/shared/redis/keys.ts'
import { pause } from '../../../src/shared/store/control/pause.ts'
import { resume } from '../../../src/shared/store/control/resume.ts'
import { resolveFinding } from '../../../src/worker/maintenance/resolve-finding.ts'
import { createCallbackQueue } from '../../../src/queue/callback-queue.ts'
import { sampleCallback } from '../../support/callbacks.ts'
import { setup, type Bundle } from '../../support/ringback.ts'
import { testNumberKey } from '../../support/number-key.ts'
import { scheduled } from '../../support/scheduled.ts'

const intent = JSON.stringify(sampleCallback('one'))
const overdue = { kind: 'overdue', id: 'one', state: 'scheduled', generation: 1 } as const

function resolve({ store, recorder }: Bundle, finding: Parameters<typeof resolveFinding>[1]) {
  const queue = createCallbackQueue(store)
  const context = { store, observe: recorder.observe, at: '2026-03-01T00:00:00.000Z' }
  return resolveFinding({ ...context, queue: () => queue, numberKey: testNumberKey }, finding)
}

const job = ({ store }: Bundle, generation = 1) =>
  store.redis.exists(jobKey(store.ref, `cb-${generation}-one`))

describe('a callback that was found overdue', () => {
  it.each([
    ['booked', { state: 'booked' }],
    ['given another attempt that is not due', { nextAttemptAt: '2026-03-01T00:00:00.001Z' }],
    ['redriven', { generation: '2' }],
    ['gone', undefined],
  ])('and is %s by the time that its job is found missing, is left alone', async (_, fields) => {
    const bundle = await setup()
    const { store, recorder } = bundle
    await scheduled({ store, intent, queued: false, fields: fields ?? {} })
    if (fields === undefined) await store.redis.del(callbackKey(store.ref, 'one'))
    const expected = fields === undefined ? 'unreconciled' : 'healthy'
    expect(await resolve(bundle, overdue)).toMatchObject({ kind: expected })
    expect(await job(bundle)).toBe(0)
    expect(recorder.all).toEqual([])
  })

  it('goes back on the queue with its priority and without a delay', async () => {
    const bundle = await setup()
    const { store } = bundle
    const { redis, ref } = store
    const urgent = JSON.stringify({ ...sampleCallback('one'), priority: 0 })
    await scheduled({ store, intent: urgent, queued: false })
    expect(await resolve(bundle, overdue)).toEqual({ kind: 'recovered' })
    const asked = String(jobPriority(0, Date.parse('2026-02-26T15:40:52.000Z')))
    const found = await redis.hmget(jobKey(ref, 'cb-1-one'), 'priority', 'delay')
    expect(found).toEqual([asked, '0'])
    expect(await redis.zscore(jobKey(ref, 'delayed'), 'cb-1-one')).toBeNull()
  })
})

describe('a callback that is overdue and has no job yet', () => {
  it('is left to whoever puts it on the queue, unless the schedule says another time than the ledger', async () => {
    const bundle = await setup()
    const { store } = bundle
    const { redis, ref } = store
    await scheduled({ store, intent, queued: false })
    await redis.zadd(scheduleKey(ref), Date.parse('2026-02-26T15:40:52.000Z'), 'cb-1-one')
    expect(await resolve(bundle, overdue)).toEqual({ kind: 'healthy' })
    expect(await job(bundle)).toBe(0)
    await redis.zadd(scheduleKey(ref), Date.parse('2026-03-01T00:00:00.001Z'), 'cb-1-one')
    expect(await resolve(bundle, overdue)).toEqual({ kind: 'recovered' })
    expect(await job(bundle)).toBe(1)
    expect(await redis.zcard(scheduleKey(ref))).toBe(0)
  })
})

describe('a job whose time has passed and that nobody has fetched', () => {
  it('is left alone while nothing may be sent, and moved on when it still waits afterwards', async () => {
    const bundle = await setup()
    const { store } = bundle
    await scheduled({ store, intent, delayMs: 3_600_000 })
    const ops = { by: 'ops', why: undefined }
    await pause(store, { what: 'dispatch', ...ops, forMs: undefined })
    expect(await resolve(bundle, overdue)).toEqual({ kind: 'healthy' })
    await resume(store, { what: ['dispatch'] })
    expect(await resolve(bundle, overdue)).toEqual({ kind: 'recovered' })
  })
})

describe('a dead letter that its index has lost', () => {
  it.each([
    ['when it died', '2026-02-26T15:41:00.000Z', Date.parse('2026-02-26T15:41:00.000Z')],
    ['first, where nobody knows when', 'one day', 0],
  ])('is named there %s', async (_, diedAt, score) => {
    const bundle = await setup()
    const { store, recorder } = bundle
    const { redis, ref } = store
    await redis.hset(callbackKey(ref, 'one'), { v: '1', state: 'dead' })
    const finding = { kind: 'unlisted', id: 'one', diedAt } as const
    expect(await resolve(bundle, finding)).toEqual({ kind: 'relisted' })
    expect(await redis.zscore(deadLettersKey(ref), 'one')).toBe(String(score))
    expect(await resolve(bundle, finding)).toEqual({ kind: 'healthy' })
    expect(recorder.of('dead-letter.relisted')).toHaveLength(1)
  })
})
