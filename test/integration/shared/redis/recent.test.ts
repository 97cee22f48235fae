/** What attempts came to lately is counted where they are settled, and is forgotten again. */
import { settleInput } from '../../../support/end-inputs.ts'
import { expect, it } from 'vitest'

import { judgeRecent } from '../../../../src/ops/operations/doctor/check-recent.ts'
import { callbackKey, recentKey } from '../../../../src/shared/redis/keys.ts'
import { settle } from '../../../../src/shared/store/ledger/settle.ts'
import { readRecent, type RecentOutcome } from '../../../../src/shared/store/stats/recent.ts'
import { isoTimestamp } from '../../../../src/shared/time/timestamp.ts'
import { attemptingCallback } from '../../../support/ledger.ts'
import { freshEnvironment } from '../../ops/support/environment.ts'

const startMs = Date.parse('2026-11-26T12:00:00Z')
const minuteMs = 60_000

/** Settles an attempt of a callback of its own at this time, as a worker does. */
function settling({ store }: ReturnType<typeof freshEnvironment>) {
  let count = 0
  return async (recentOutcome: string, atMs: number) => {
    const id = `cb-${++count}`
    const now = isoTimestamp(atMs)
    await store.redis.hset(callbackKey(store.ref, id), attemptingCallback)
    const recordId = '0TzLT00000000w50AA'
    await settle(store, settleInput({ id, now, nowMs: atMs, recordId, recentOutcome }))
  }
}

it('counts each outcome with its code, and says when the last one booked', async () => {
  const environment = freshEnvironment()
  const settled = settling(environment)
  await settled('booked', startMs)
  await settled('unavailable:connect', startMs + minuteMs)
  await settled('unavailable:connect', startMs + 20 * minuteMs)
  await settled('uncertain:http-500', startMs + 21 * minuteMs)
  const { store } = environment
  expect(await readRecent(store, startMs + 30 * minuteMs)).toEqual({
    bookedAt: '2026-11-26T12:00:00.000Z',
    failedSince: 3,
    attempts: [
      { outcome: 'unavailable', code: 'connect', count: 2 },
      { outcome: 'booked', code: undefined, count: 1 },
      { outcome: 'uncertain', code: 'http-500', count: 1 },
    ],
  })
})

it('forgets what is older than an hour and a quarter, but for the time of the last booking', async () => {
  const environment = freshEnvironment()
  const { store } = environment
  const settled = settling(environment)
  await settled('booked', startMs)
  for (let quarter = 1; quarter <= 40; quarter += 1) {
    await settled('unavailable:connect', startMs + quarter * 15 * minuteMs)
    await settled('refused:http-400', startMs + quarter * 15 * minuteMs)
  }
  const nowMs = startMs + 41 * 15 * minuteMs - 1
  expect(await store.redis.hlen(recentKey(store.ref))).toBeLessThanOrEqual(2 + 2 * 5)
  expect(await readRecent(store, nowMs)).toEqual({
    bookedAt: '2026-11-26T12:00:00.000Z',
    failedSince: 40,
    attempts: [
      { outcome: 'unavailable', code: 'connect', count: 5 },
      { outcome: 'refused', code: 'http-400', count: 5 },
    ],
  })
  expect((await readRecent(store, nowMs + 120 * minuteMs)).attempts).toEqual([])
})

it('counts failures in a row anew from each booking, and refusals do not count', async () => {
  const environment = freshEnvironment()
  const { store } = environment
  const settled = settling(environment)
  const failedSince = async () => (await readRecent(store, startMs)).failedSince
  expect(await failedSince()).toBe(0)
  for (const what of ['unavailable:unauthorized', 'refused:http-400', 'uncertain:timeout']) {
    await settled(what, startMs)
  }
  expect(await failedSince()).toBe(2)
  await settled('booked', startMs)
  expect(await failedSince()).toBe(0)
  await settled('unavailable:service-unavailable', startMs)
  expect(await failedSince()).toBe(1)
})

it('counts in quarters of an hour that begin with the hour', async () => {
  const environment = freshEnvironment()
  const settled = settling(environment)
  const quarter = startMs / (15 * minuteMs)
  for (const atMs of [startMs, startMs + 15 * minuteMs - 1]) await settled('refused:x', atMs)
  await settled('refused:x', startMs + 15 * minuteMs)
  const { redis, ref } = environment.store
  expect(await redis.hgetall(recentKey(ref))).toEqual({
    [`${quarter}:refused:x`]: '2',
    [`${quarter + 1}:refused:x`]: '1',
  })
})

it('counts nothing where no attempt was made', async () => {
  const environment = freshEnvironment()
  await settling(environment)('', startMs)
  expect(await environment.store.redis.exists(recentKey(environment.store.ref))).toBe(0)
})

const bookedAt = isoTimestamp(startMs)
const some = (outcome: string, count: number, code?: string): RecentOutcome => ({
  outcome,
  code,
  count,
})

it.each([
  ['ok', []],
  ['ok', [some('booked', 3)]],
  ['ok', [some('booked', 3), some('unavailable', 2, 'connect')]],
  ['warn', [some('booked', 2), some('unavailable', 2, 'connect')]],
  ['warn', [some('refused', 1, 'http-400')]],
  ['fail', [some('unavailable', 1, 'unauthorized')]],
  ['fail', [some('refused', 9, 'http-400'), some('uncertain', 1, 'timeout')]],
] as const)('is judged %s: %j', (verdict, attempts) => {
  const recent = { bookedAt, failedSince: 0, attempts: [...attempts] }
  const finding = judgeRecent('acme', recent, startMs + 90_000)
  expect(finding.verdict).toBe(verdict)
  expect(finding.fix === undefined).toBe(verdict === 'ok')
  expect(finding.message).toMatch(/^acme: the last booking was /)
})

it.each([
  ['fail', 5, 90_000],
  ['fail', 200, 60_000],
  // Throttled, or one callback that fails again and again.
  ['ok', 200, 59_000],
  ['ok', 4, 90_000],
] as const)(
  'is judged %s after a busy hour when %d attempts have failed since a booking %d ms ago',
  (verdict, failedSince, sinceMs) => {
    const attempts = [some('booked', 1_000), some('unavailable', failedSince, 'unauthorized')]
    const finding = judgeRecent('acme', { bookedAt, failedSince, attempts }, startMs + sinceMs)
    expect(finding.verdict).toBe(verdict)
    expect(finding.message.includes(`${failedSince} attempts have failed since`)).toBe(
      verdict === 'fail',
    )
    expect(finding.fix?.includes('"Unauthorized"') ?? false).toBe(verdict === 'fail')
  },
)

it('is not an outage any more when nothing was attempted for an hour', () => {
  const recent = { bookedAt, failedSince: 9, attempts: [] }
  expect(judgeRecent('acme', recent, startMs + 600 * minuteMs).verdict).toBe('ok')
})
