import { describe, expect, it } from 'vitest'

import {
  activeJobsKey,
  controlKey,
  delayedJobsKey,
  doorKey,
  dueJobsKey,
  inboxKey,
  waitingJobsKey,
} from '../../../src/shared/redis/keys.ts'
import type { Looked } from '../../../src/shared/store/control/look.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import { createLooks } from '../../../src/worker/looks.ts'
import { bridgeGroup, ensureInboxGroup, readNew } from '../../../src/shared/store/inbox/inbox.ts'
import { ownStore } from '../../support/own-store.ts'

const freshMs = 100
const never = new AbortController().signal
const hasDoor = (looked: Looked) => looked.hasDoor

function watched() {
  const store = ownStore()
  let asked = 0
  const refs = () => {
    asked += 1
    return [store.ref]
  }
  const looksOf = createLooks({ redis: store.redis, refs, clock: systemClock, freshMs })
  return { store, looks: looksOf(store.ref), asked: () => asked }
}

describe('whoever waits for something to be so', () => {
  it('hears of it at once, where it was so at the last look', async () => {
    const { store, looks } = watched()
    await store.redis.rpush(doorKey(store.ref), 'x')
    expect(await looks.until(hasDoor, never)).toMatchObject({ hasDoor: true })
  })

  it('hears of it at the next look else', async () => {
    const { store, looks } = watched()
    const waits = [looks.until(hasDoor, never), looks.until(hasDoor, never)]
    await looks.latest()
    await store.redis.rpush(doorKey(store.ref), 'x')
    for (const wait of waits) expect(await wait).toMatchObject({ hasDoor: true })
  })

  it('asks Redis no more often than one who looks all the time', async () => {
    const { looks, asked } = watched()
    const leaving = Array.from({ length: 50 }, () => new AbortController())
    const waits = leaving.map(({ signal }) => looks.until(hasDoor, signal))
    const startedMs = systemClock.monotonic()
    await expect.poll(asked).toBeGreaterThan(3)
    const mostAsked = 1 + (systemClock.monotonic() - startedMs) / freshMs
    expect(asked()).toBeLessThanOrEqual(Math.ceil(mostAsked))
    for (const each of leaving) each.abort()
    await Promise.all(waits)
  })

  it('waits no longer when it is stopped, and nobody looks any more', async () => {
    const { looks, asked } = watched()
    const leaving = new AbortController()
    const wait = looks.until(hasDoor, leaving.signal)
    await looks.latest()
    leaving.abort()
    expect(await wait).toBeUndefined()
    expect(await looks.until(hasDoor, leaving.signal)).toBeUndefined()
    const before = asked()
    await systemClock.sleep(3 * freshMs)
    expect(asked()).toBe(before)
  })

  it('is told what is wrong with its destination', async () => {
    const { store, looks } = watched()
    const wait = looks.until(hasDoor, never)
    await looks.latest()
    await store.redis.set(controlKey(store.ref), 'no record')
    await expect(wait).rejects.toThrow('WRONGTYPE')
  })
})

describe('whoever watches a destination', () => {
  it('is told of every look, and of none when it is stopped', async () => {
    const { store, looks } = watched()
    const leaving = new AbortController()
    const seen: Looked[] = []
    looks.watch((looked) => seen.push(looked), leaving.signal)
    await expect.poll(() => seen.length).toBeGreaterThan(1)
    await store.redis.rpush(doorKey(store.ref), 'x')
    await expect.poll(() => seen.at(-1)?.hasDoor).toBe(true)
    leaving.abort()
    const told = seen.length
    await systemClock.sleep(3 * freshMs)
    expect(seen).toHaveLength(told)
  })

  it('goes on when a look has failed', async () => {
    const { store, looks } = watched()
    const leaving = new AbortController()
    let looksThatWorked = 0
    await store.redis.set(controlKey(store.ref), 'no record')
    looks.watch(() => (looksThatWorked += 1), leaving.signal)
    await expect(looks.latest()).rejects.toThrow('WRONGTYPE')
    expect(looksThatWorked).toBe(0)
    await store.redis.del(controlKey(store.ref))
    await expect.poll(() => looksThatWorked).toBeGreaterThan(0)
    leaving.abort()
  })
})

it.each([
  ['due', dueJobsKey, { hasJobs: true, hasActive: false }],
  ['delayed', delayedJobsKey, { hasJobs: true, hasActive: false }],
] as const)('sees that there are jobs: %s', async (_, key, seen) => {
  const { store, looks } = watched()
  await store.redis.zadd(key(store.ref), 1, 'job')
  expect(await looks.latest()).toMatchObject(seen)
})

it.each([
  ['that wait before all others', waitingJobsKey, { hasJobs: true, hasActive: false }],
  ['that a worker has', activeJobsKey, { hasJobs: false, hasActive: true }],
] as const)('sees that there are jobs %s', async (_, key, seen) => {
  const { store, looks } = watched()
  await store.redis.rpush(key(store.ref), 'job')
  expect(await looks.latest()).toMatchObject(seen)
})

describe('that somebody has read entries of the inbox and not confirmed them', () => {
  it('is seen until they are', async () => {
    const { store, looks } = watched()
    const key = inboxKey(store.ref)
    await ensureInboxGroup(store)
    await store.redis.xadd(key, '*', 'intent', '{}')
    expect(await looks.latest()).toMatchObject({ hasPending: false })

    const [read] = await readNew(store, { consumer: 'dead', count: 1, blockMs: undefined })
    await expect.poll(() => looks.latest()).toMatchObject({ hasPending: true })
    await store.redis.xack(key, bridgeGroup, read?.entryId ?? '')
    await expect.poll(() => looks.latest()).toMatchObject({ hasPending: false })
  })

  it('is assumed where nobody can be asked: there is no group, or the key is another', async () => {
    const { store, looks } = watched()
    expect(await looks.latest()).toMatchObject({ hasPending: true })
    await ensureInboxGroup(store)
    await expect.poll(() => looks.latest()).toMatchObject({ hasPending: false })
    await store.redis.set(inboxKey(store.ref), 'no stream')
    await expect.poll(() => looks.latest()).toMatchObject({ hasPending: true })
  })
})

it('says of a destination with nothing in it that there is nothing', async () => {
  const { store, looks } = watched()
  await ensureInboxGroup(store)
  expect(await looks.latest()).toEqual({
    hasDoor: false,
    hasPending: false,
    hasRuns: false,
    hasActive: false,
    hasJobs: false,
    scheduledInMs: undefined,
    pause: undefined,
  })
})
