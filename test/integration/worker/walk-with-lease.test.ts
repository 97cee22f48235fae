import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished, vi } from 'vitest'

import { walkerKey } from '../../../src/shared/redis/keys.ts'
import { systemClock, type Clock } from '../../../src/shared/time/clock.ts'
import { holdLease } from '../../../src/shared/store/walk/lease.ts'
import { createLeasedWalk, type Round } from '../../../src/worker/maintenance/walk-with-lease.ts'
import type { Reconciliation } from '../../../src/worker/maintenance/walker.ts'
import { freshNamespace, redisUrl } from '../../support/redis.ts'

const ttlMs = 9_000
const everyMs = 60_000
const batchRestMs = 1_000

function setUp() {
  const redis = new Redis(redisUrl(), { protocol: 2 })
  onTestFinished(() => redis.disconnect())
  const key = walkerKey(freshNamespace())
  return { redis, key, leaseOf: (holder: string) => ({ redis, key, holder, ttlMs }) }
}

/** A process that walks, whose rests pass at once and are written down; it is stopped after so many of them. */
function process_(
  { leaseOf }: ReturnType<typeof setUp>,
  holder: string,
  batches: (boolean | Error)[],
) {
  const stop = new AbortController()
  const rests: number[] = []
  const errors: [string, unknown][] = []
  const rounds: Round[] = []
  let nowMs = 5_000
  let rested: (ms: number) => void = () => undefined
  const clock: Clock = {
    ...systemClock,
    monotonic: () => nowMs,
    sleep: (ms) => {
      rests.push(ms)
      nowMs += ms
      rested(ms)
      return Promise.resolve()
    },
  }
  const startedAtMs: number[] = []
  const walker = {
    runOnce: (): Promise<Reconciliation> => {
      startedAtMs.push(nowMs - 5_000)
      const batch = batches.shift()
      if (batch instanceof Error) return Promise.reject(batch)
      const nothing = { scanned: 10, recovered: 0, relisted: 0, unlisted: 0, unreconciled: 0 }
      const ofPlaces = { placed: 0, pruned: 0 }
      return Promise.resolve({ ...nothing, ...ofPlaces, passEnded: batch ?? true })
    },
  }
  const lease = leaseOf(holder)
  return {
    rests,
    errors,
    rounds,
    startedAtMs,
    until: (isOver: (rests: readonly number[]) => boolean) => {
      rested = () => {
        if (isOver(rests)) stop.abort()
      }
      const onError = (...what: [string, unknown]) => errors.push(what)
      const onRound = (round: Round) => rounds.push(round)
      const options = { walker, lease, everyMs, batchRestMs, clock, onRound, onError }
      return createLeasedWalk(options).run(stop.signal, stop.signal)
    },
  }
}

describe('a worker that walks', () => {
  it('rests for a moment between batches, for longer between passes, and keeps the lease meanwhile', async () => {
    const bundle = setUp()
    const prolonged = vi.spyOn(bundle.redis, 'pexpire')
    const one = process_(bundle, 'a', [false, false, true, false, true])
    await one.until(() => one.startedAtMs.length === 6)
    expect(one.startedAtMs).toEqual([0, 1_000, 2_000, 62_000, 63_000, 123_000])
    expect(Math.max(...one.rests)).toBe(ttlMs / 3)
    expect(prolonged.mock.calls.length).toBeGreaterThan(40)
  })

  it('says of each round how long it took, rests included, and how many callbacks it saw', async () => {
    const bundle = setUp()
    const one = process_(bundle, 'a', [false, new Error('out of order'), true, true])
    await one.until(() => one.startedAtMs.length === 5)
    expect(one.rounds.slice(0, 2)).toEqual([
      { durationMs: 61_000, scanned: 20 },
      { durationMs: 0, scanned: 10 },
    ])
  })

  it('reports a batch that failed, and tries again in a minute, without giving up the lease', async () => {
    const bundle = setUp()
    const failure = new Error('out of order')
    const one = process_(bundle, 'a', [false, failure, false])
    await one.until(() => one.startedAtMs.length === 4)
    expect(one.startedAtMs).toEqual([0, 1_000, 61_000, 62_000])
    expect(one.errors).toEqual([['walk', failure]])
    expect(await bundle.redis.get(bundle.key)).toBe('a')
  })

  it('walks nothing while another one holds the lease, asks three times as often as it lasts, and follows it', async () => {
    const bundle = setUp()
    await holdLease(bundle.leaseOf('other'))
    const one = process_(bundle, 'a', [])
    await one.until((rests) => rests.length === 5)
    expect(one.startedAtMs).toEqual([])
    expect(one.rests).toEqual([3_000, 3_000, 3_000, 3_000, 3_000])
    await bundle.redis.del(bundle.key)
    const successor = process_(bundle, 'b', [])
    await successor.until(() => successor.startedAtMs.length === 1)
    expect(successor.startedAtMs).toEqual([0])
  })

  it('reports a lease that cannot be asked for, and asks again in a minute', async () => {
    const bundle = setUp()
    await bundle.redis.lpush(bundle.key, 'another type')
    const one = process_(bundle, 'a', [])
    await one.until((rests) => rests.length === 2)
    expect(one.rests).toEqual([everyMs, everyMs])
    expect(one.startedAtMs).toEqual([])
    expect(one.errors.map(([part]) => part)).toEqual(['lease', 'lease'])
  })
})
