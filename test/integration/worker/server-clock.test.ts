import { Redis } from 'ioredis'
import { expect, it, onTestFinished } from 'vitest'

import { systemClock } from '../../../src/shared/time/clock.ts'
import { createServerClock } from '../../../src/worker/server-clock.ts'
import { redisUrl } from '../../support/redis.ts'

const hourMs = 3_600_000

/** A machine whose clock is an hour ahead, and the time that Redis tells it. */
function setUp() {
  const redis = new Redis(redisUrl())
  onTestFinished(() => redis.disconnect())
  const machine = { aheadMs: hourMs, uptimeMs: 5_000 }
  const clock = createServerClock(redis, {
    ...systemClock,
    now: () => systemClock.now() + machine.aheadMs,
    monotonic: () => machine.uptimeMs,
  })
  return { redis, machine, clock }
}

async function timeOf(redis: Redis): Promise<number> {
  const [seconds, microseconds] = await redis.time()
  return Number(seconds) * 1_000 + Number(microseconds) / 1_000
}

/** How far it is from the time of Redis, which runs on this machine. */
const ahead = (clock: { now(): number }) => clock.now() - systemClock.now()

it('tells the time of Redis once it has asked, whatever the machine says, and goes on by what has passed', async () => {
  const { machine, clock } = setUp()
  expect(ahead(clock)).toBeGreaterThan(hourMs - 1_000)
  await clock.follow()
  expect(Math.abs(ahead(clock))).toBeLessThan(1_000)
  machine.aheadMs = -hourMs
  expect(Math.abs(ahead(clock))).toBeLessThan(1_000)
  const beforeMs = clock.now()
  machine.uptimeMs += 20_000
  expect(clock.now() - beforeMs).toBe(20_000)
})

it('tells it to the millisecond, and never ahead', async () => {
  const { redis, machine, clock } = setUp()
  const earliest = await timeOf(redis)
  const following = clock.follow()
  // The answer is on its way for so long, and no longer than an answer may be.
  machine.uptimeMs += 1_000
  await following
  const latest = await timeOf(redis)
  expect(clock.now()).toBeGreaterThanOrEqual(Math.round(earliest))
  expect(clock.now()).toBeLessThanOrEqual(Math.round(latest))
  expect(Number.isInteger(clock.now())).toBe(true)
})

it('learns from an answer that was a second on its way', async () => {
  const { machine, clock } = setUp()
  await clock.follow()
  const before = clock.now()
  const late = clock.follow()
  machine.uptimeMs += 1_000
  await late
  // Redis' time has gone on by less than that.
  expect(clock.now() - before).toBeLessThan(1_000)
})

it('sleeps until it is told to wake', async () => {
  const { clock } = setUp()
  const waking = new AbortController()
  const sleeping = clock.sleep(hourMs, waking.signal)
  waking.abort(new Error('woken'))
  await expect(sleeping).rejects.toThrow()
})

it('is put right by the next answer when its machine has slept', async () => {
  const { machine, clock } = setUp()
  await clock.follow()
  machine.uptimeMs -= 60_000
  await clock.follow()
  expect(Math.abs(ahead(clock))).toBeLessThan(1_000)
})

it('learns nothing from an answer that was long on its way, but for the first one', async () => {
  const { machine, clock } = setUp()
  const first = clock.follow()
  machine.uptimeMs += 300_000
  await first
  expect(Math.abs(ahead(clock))).toBeLessThan(1_000)
  const late = clock.follow()
  machine.uptimeMs += 1_001
  await late
  expect(ahead(clock)).toBeGreaterThan(0)
})
