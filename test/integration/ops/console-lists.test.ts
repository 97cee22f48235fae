/** The console's lists: page by page, filtered, and by links alone. */
import { describe, expect, it } from 'vitest'

import {
  callbackKey,
  delayedJobsKey,
  resultsKey,
  runKey,
  runsKey,
} from '../../../src/shared/redis/keys.ts'
import { registerSeen } from '../../../src/shared/store/destinations/registry.ts'
import { isoTimestamp } from '../../../src/shared/time/timestamp.ts'
import { consoleOf, idsIn, letDie, named, nextOf, page, walk } from './support/console-lists.ts'
import { plan } from './support/runs.ts'
import { setup } from '../../support/ringback.ts'
import { environmentOf, freshEnvironment } from './support/environment.ts'

describe('dead letters', () => {
  it('are all seen once by following the links, fifty on a page', async () => {
    const environment = freshEnvironment()
    const ids = named('l', 120)
    await Promise.all(ids.map((id) => letDie(environment.store, id)))
    const app = consoleOf(environment)
    expect(await walk(app, '/dead-letters')).toEqual({ ids, pages: 3 })
  })

  it('are told apart by reason, code, time, attribute and doubt', async () => {
    const environment = freshEnvironment()
    const { store } = environment
    const anHourAgo = isoTimestamp(Date.now() - 3_600_000)
    await letDie(store, 'a')
    await letDie(store, 'b', { reason: 'exhausted', code: 'timeout' })
    await letDie(store, 'c', { reason: 'exhausted', code: 'connect', diedAt: anHourAgo })
    await letDie(store, 'd', { reason: 'exhausted', code: 'connect', possibleDuplicate: '1' })
    const app = consoleOf(environment)
    const found: [query: string, ids: string[]][] = [
      ['reason=exhausted', ['b', 'd', 'c']],
      ['code=timeout', ['b']],
      ['since=2h', ['c']],
      ['until=2h', ['a', 'b', 'd']],
      ['attribute=queue%3Da', ['a']],
      ['doubtful=yes', ['d']],
      ['reason=exhausted&code=connect&since=2h&until=', ['c']],
    ]
    for (const [query, ids] of found) {
      const text = await page(app, `/dead-letters?${query}`)
      expect({ query, ids: idsIn(text) }).toEqual({ query, ids })
      expect(text).toContain('to the youngest.')
    }
    const none = await page(app, '/dead-letters?reason=invalid')
    expect(none).toContain('None fits.')
    expect(none).toMatch(/href="\/dead-letters\?destination=default&reason=exhausted&code=connect"/)
  })

  it('that are rare among many are found by going on, and each page says how far it has looked', async () => {
    const environment = freshEnvironment()
    const { store } = environment
    await Promise.all(named('l', 6_000).map((id) => letDie(store, id)))
    await letDie(store, 'rare', { reason: 'expired', diedAt: '2026-02-27T15:40:52.000Z' })
    const app = consoleOf(environment)
    const first = await page(app, '/dead-letters?reason=expired')
    expect(first).toMatch(/0 found among [\d,]+ that were looked at, of 6,001 in all\./)
    expect(first).toContain('None fits among those that were looked at.')
    expect(first).toMatch(/of 200 that were looked at, spread evenly over 6,001/)
    expect((await walk(app, '/dead-letters?reason=expired')).ids).toEqual(['rare'])
  }, 60_000)

  it('are not looked for where it cannot be told which are meant', async () => {
    const environment = freshEnvironment()
    await letDie(environment.store, 'a')
    const app = consoleOf(environment)
    for (const query of ['since=yesterday', 'reason=other', 'code=%2B18445791189']) {
      const text = await page(app, `/dead-letters?${query}`)
      expect(text).toContain('role="alert"')
      expect(idsIn(text)).toEqual([])
      expect(text).not.toContain('8445791189')
    }
  })
})

describe('what waits', () => {
  it('is shown list by list, and page by page', async () => {
    const environment = freshEnvironment()
    const { redis, ref } = environment.store
    await registerSeen(environment.store)
    const ids = named('w', 120)
    for (const id of ids) {
      await redis.zadd(delayedJobsKey(ref), Date.now() * 4096, `cb-1-${id}`)
      await redis.hset(callbackKey(ref, id), { state: 'scheduled', acceptedAt: '', updatedAt: '' })
    }
    const app = consoleOf(environment)
    const all = await page(app, '/waiting')
    expect(all).toContain('None is under way.')
    expect(all).toContain('None is due.')
    expect(await walk(app, '/waiting')).toEqual({ ids, pages: 3 })
  })
})

describe('results', () => {
  it('are shown page by page, the newest first', async () => {
    const environment = freshEnvironment()
    const { redis, ref } = environment.store
    await registerSeen(environment.store)
    const ids = named('r', 120)
    for (const id of ids) {
      await redis.xadd(resultsKey(ref), '*', 'id', id, 'state', 'booked', 'at', isoTimestamp(0))
    }
    expect(await walk(consoleOf(environment), '/results')).toEqual({
      ids: ids.toReversed(),
      pages: 3,
    })
  })
})

describe('runs', () => {
  it('are shown page by page, the newest first', async () => {
    const bundle = await setup()
    const { redis, ref } = bundle.store
    const { id: planId } = await plan(bundle, 'redrive')
    const hash = await redis.hgetall(runKey(ref, planId))
    const ids = named('redrive-', 60)
    for (const [at, id] of ids.entries()) {
      await redis.hset(runKey(ref, id), hash)
      await redis.zadd(runsKey(ref), 1_000 + at, id)
    }
    const app = consoleOf({ env: environmentOf(bundle.redisUrl, ref.namespace) })
    const shown: unknown[] = []
    for (let at: string | undefined = '/runs'; at !== undefined;) {
      const text = await page(app, at)
      shown.push(...[...text.matchAll(/runs\/([\w-]+)\?/g)].map(([, id]) => id))
      at = nextOf(text)
    }
    expect(shown).toEqual([planId, ...ids.toReversed()])
  })

  it('that have paused by themselves need somebody, and one that somebody has paused does not', async () => {
    const bundle = await setup()
    const { redis, ref } = bundle.store
    await plan(bundle, 'redrive')
    const states = { r1: 'too-many-deaths', r2: 'asked' }
    for (const [id, stateWhy] of Object.entries(states)) {
      await redis.hset(runKey(ref, id), { state: 'paused', stateWhy })
      await redis.zadd(runsKey(ref), Date.now(), id)
    }
    const text = await page(consoleOf({ env: environmentOf(bundle.redisUrl, ref.namespace) }), '/')
    expect(text).toContain('the run r1 has paused by itself: too many of what it sent died.')
    expect(text).toContain('href="/runs/r1?destination=default"')
    expect(text).not.toContain('r2')
  })

  it('a plan of nothing is kept for an hour only', async () => {
    const bundle = await setup()
    const { redis, ref } = bundle.store
    const { id } = await plan(bundle, 'redrive')
    const keptMs = await redis.pttl(runKey(ref, id))
    expect(keptMs).toBeGreaterThan(3_500_000)
    expect(keptMs).toBeLessThanOrEqual(3_600_000)
  })
})
