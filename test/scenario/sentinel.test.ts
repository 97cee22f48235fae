/** Behind Sentinels the primary is lost, or hangs and comes back, while callbacks are enqueued and sent. */
import { expect, it } from 'vitest'

import { systemClock } from '../../src/shared/time/clock.ts'
import { acceptedSince, startLoad, type Load } from '../support/load.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup, type Bundle } from '../support/ringback.ts'
import { startWatchedPair } from '../support/sentinels.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

it('books once what was accepted when the primary behind Sentinels is killed under load', async () => {
  const pair = await startWatchedPair()
  const { bundle, load } = await underLoad(pair.url)

  await pair.primary.kill()
  const killedAtMs = systemClock.monotonic()
  await pair.failover()
  await acceptedSince(load)

  expect(systemClock.monotonic() - killedAtMs).toBeLessThan(15_000)
  expect(load.failures).not.toEqual([])
  await expectBookedOnce(bundle, load)
}, 90_000)

it('loses nothing that was accepted when the primary hangs, is replaced, and comes back as one', async () => {
  const pair = await startWatchedPair()
  const { bundle, load } = await underLoad(pair.url)

  pair.primary.freeze()
  await pair.failover()
  const replacedAtMs = systemClock.monotonic()
  await acceptedSince(load)
  // Without an end to the silent connections this would be when the old one goes on.
  expect(systemClock.monotonic() - replacedAtMs).toBeLessThan(5_000)
  pair.primary.thaw()
  await acceptedSince(load)

  await expectBookedOnce(bundle, load)
}, 90_000)

interface Loaded {
  bundle: Bundle
  load: Load
}

async function underLoad(redisUrl: string): Promise<Loaded> {
  const bundle = await setup({ redisUrl })
  await startWorkerProcess(bundle, { RINGBACK_LOCK_DURATION: '5s' })
  const load = startLoad(bundle.producer)
  await bundle.sandbox.until(() => bundle.sandbox.bookings().length >= 100)
  return { bundle, load }
}

async function expectBookedOnce(bundle: Bundle, load: Load): Promise<void> {
  await load.stop()
  const ids = [...load.accepted.keys()]
  const results = await resultsOfAll(bundle, ids)
  const doubtful = results.filter(({ possibleDuplicate }) => possibleDuplicate)
  const marked = new Set(doubtful.map(({ id }) => id))
  // Whether it was marked is for whoever reads why this failed: nothing here may be booked twice.
  const others = ids
    .map((id) => ({
      id,
      bookings: bundle.sandbox.bookingsOf(id).length,
      isMarked: marked.has(id),
    }))
    .filter(({ bookings }) => bookings !== 1)
  expect(others).toEqual([])
}
