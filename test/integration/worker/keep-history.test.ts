/** When a worker writes down what the minutes came to. */
import { expect, it } from 'vitest'

import { historyKey } from '../../../src/shared/redis/keys.ts'
import type { DestinationStore } from '../../../src/shared/redis/destination-store.ts'
import { readServerTimeMs } from '../../../src/shared/store/server/server-time.ts'
import { createHistory } from '../../../src/worker/keep-history.ts'
import { setup } from '../../support/ringback.ts'

const minuteMs = 60_000

it('rests until a minute is over, and then keeps that one too', async () => {
  const { store } = await setup()
  let nowMs = await readServerTimeMs(store.redis)
  const rests: { restedMs: number; keptMs: number }[] = []
  const stopping = new AbortController()
  const sleep = async (restedMs: number) => {
    rests.push({ restedMs, keptMs: await newestMs(store) })
    if (rests.length === 3) stopping.abort()
    nowMs += restedMs
    await letAMinutePass(store)
  }
  const clock = { now: () => nowMs, monotonic: () => nowMs, sleep }
  const observe = ({ event }: { event: string }) => expect.unreachable(event)
  await createHistory({ store, everyMs: 1, clock, observe }).run(stopping.signal, stopping.signal)

  const [first, ...later] = rests
  expect(first?.restedMs).toBeGreaterThan(1)
  expect(first?.restedMs).toBeLessThanOrEqual(minuteMs)
  expect(later).toHaveLength(2)
  for (const { keptMs } of later) expect(keptMs).toBeGreaterThanOrEqual(first?.keptMs ?? Infinity)
})

async function newestMs({ redis, ref }: DestinationStore): Promise<number> {
  const [newest] = await redis.xrevrange(historyKey(ref), '+', '-', 'COUNT', 1)
  return Number.parseInt(newest?.[0] ?? '0')
}

/** Redis' clock cannot be set: to it, a minute later is when the minute that it has kept is one older. Nothing else is kept then. */
async function letAMinutePass(store: DestinationStore): Promise<void> {
  const { redis, ref } = store
  const keptMs = await newestMs(store)
  await redis.del(historyKey(ref))
  await redis.xadd(historyKey(ref), `${keptMs - minuteMs}-0`, 'deadEver', 0)
}
