/** Far more callbacks at once than Salesforce may be sent; two workers share one rate. */
import { expect, it } from 'vitest'

import { sampleCallback, sampleCallbacks, sendRaw } from '../support/callbacks.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup, type Bundle } from '../support/ringback.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

/**
 * How many may start in five seconds, wherever these begin: five seconds' worth, and one second's more for what a busy
 * machine starts late and then together. Two workers that did not share their rate would start twice as many as allowed.
 */
function mostInFiveSeconds(rate: number): number {
  return rate * 6
}

it('books a spike of 3000 callbacks once each, never faster than the rate that two workers share', async () => {
  const rate = 200
  const bundle = await setup()
  const { sandbox } = bundle
  await startWorkers(bundle, rate)
  const callbacks = sampleCallbacks(3_000, 'spike')
  const ids = callbacks.map(({ id }) => id)

  await Promise.all(callbacks.map((callback) => sendRaw(bundle, callback)))
  const results = await resultsOfAll(bundle, ids)

  expect(results.filter(({ state }) => state !== 'booked')).toEqual([])
  expect(results.filter(({ possibleDuplicate }) => possibleDuplicate)).toEqual([])
  const booked = sandbox.bookings().map(({ callId }) => callId)
  expect(booked.filter((callId) => callId.startsWith('spike')).toSorted()).toEqual(ids.toSorted())
  // By the ledger: this process, which is Salesforce as well, has its hands full and would see them late and in heaps.
  const starts = await startsMs(bundle, ids)
  expect(starts).toHaveLength(ids.length)
  expect(mostWithin(5_000, starts)).toBeLessThanOrEqual(mostInFiveSeconds(rate))
}, 90_000)

it('spaces callbacks evenly, whichever of two workers sends them', async () => {
  const rate = 10
  const bundle = await setup()
  await startWorkers(bundle, rate)
  const callbacks = sampleCallbacks(51, 'even')

  await Promise.all(callbacks.map((callback) => sendRaw(bundle, callback)))
  await resultsOfAll(
    bundle,
    callbacks.map(({ id }) => id),
  )

  const arrivals = arrivalsMs(bundle, 'even')
  // Fifty gaps of a tenth of a second, less a second for a first one that comes late: twice the rate would take half of it.
  expect(Math.max(...arrivals) - Math.min(...arrivals)).toBeGreaterThanOrEqual(4_000)
  // The gap in the middle of all: nothing that holds up a few of them moves it, and in bursts it would be next to none.
  const gaps = arrivals.slice(1).map((at, index) => at - (arrivals[index] ?? at))
  const median = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)]
  expect(median).toBeGreaterThanOrEqual(50)
  expect(median).toBeLessThanOrEqual(150)
}, 30_000)

/** Until each has sent something: a first request takes longer, for its token and its connection. */
async function startWorkers(bundle: Bundle, rate: number): Promise<void> {
  const settings = {
    RINGBACK_RATE: `${rate}`,
    RINGBACK_CONCURRENCY: '50',
    RINGBACK_LOCK_DURATION: '10s',
  }
  for (const id of ['one', 'other']) {
    const worker = await startWorkerProcess(bundle, settings)
    for (let nth = 1; worker.lines('attempt.settled').length === 0; nth += 1) {
      await sendRaw(bundle, sampleCallback(`warm-${id}-${nth}`))
      await resultsOfAll(bundle, [`warm-${id}-${nth}`])
    }
  }
}

function arrivalsMs({ sandbox }: Bundle, prefix: string): number[] {
  return sandbox
    .requests()
    .filter(({ callId }) => callId?.startsWith(prefix))
    .map(({ receivedAt }) => Date.parse(receivedAt))
}

async function startsMs({ producer }: Bundle, ids: readonly string[]): Promise<number[]> {
  const stories = await Promise.all(ids.map((id) => producer.status(id)))
  return stories
    .flatMap((story) => story?.history ?? [])
    .map(({ startedAt }) => Date.parse(startedAt))
    .toSorted((a, b) => a - b)
}

/** The most of these times, in rising order, in any window of that length, wherever it begins. */
function mostWithin(windowMs: number, times: readonly number[]): number {
  let first = 0
  let most = 0
  for (const [index, time] of times.entries()) {
    while (time - (times[first] ?? time) >= windowMs) first += 1
    most = Math.max(most, index - first + 1)
  }
  return most
}
