/** Two workers share the work while callbacks stream in; again and again one of them is killed at some moment. */
import { expect, it } from 'vitest'

import { sampleCallbacks, sendRaw, type SampleCallback } from '../support/callbacks.ts'
import type { RingbackProcess } from '../support/process.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup, type Bundle } from '../support/ringback.ts'
import { seededIntegers } from '../support/seeded.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

const callbacks = sampleCallbacks(400)
const ids = callbacks.map(({ id }) => id)
const kills = 5
const stretch = callbacks.length / kills
const concurrency = 5

it('books every callback while workers are killed again and again, and marks each that may be booked twice', async () => {
  const bundle = await setup()
  const { sandbox, producer } = bundle
  sandbox.setFaults([{ do: 'slow', delayMs: 60 }])

  await streamInAndKill(bundle)
  const results = await resultsOfAll(bundle, ids)

  const stories = await Promise.all(ids.map((id) => producer.status(id)))
  expect(stories.map((story) => story?.state)).toEqual(ids.map(() => 'booked'))
  const marked = new Set(stories.flatMap((story) => (story?.possibleDuplicate ? [story.id] : [])))
  const bookedTwice = ids.filter((id) => sandbox.bookingsOf(id).length > 1)
  expect(bookedTwice.filter((id) => !marked.has(id))).toEqual([])
  expect(ids.filter((id) => sandbox.bookingsOf(id).length === 0)).toEqual([])
  expect(results.filter(({ state }) => state !== 'booked')).toEqual([])
  // A killed worker leaves open no more attempts than it had under way.
  expect(marked.size).toBeLessThanOrEqual(kills * concurrency)
  // Else nothing was proved: the kills have met attempts.
  expect(marked.size).toBeGreaterThan(0)
}, 90_000)

function startWorker(bundle: Bundle): Promise<RingbackProcess> {
  return startWorkerProcess(bundle, {
    RINGBACK_CONCURRENCY: `${concurrency}`,
    // Short, and yet longer than a busy machine holds up a worker that is alive.
    RINGBACK_LOCK_DURATION: '2s',
  })
}

/** In stretches, so that every kill meets callbacks that arrive, wait and are being sent. */
async function streamInAndKill(bundle: Bundle): Promise<void> {
  const { sandbox } = bundle
  const draw = seededIntegers(20_260_226)
  const workers = await Promise.all([startWorker(bundle), startWorker(bundle)])
  for (let kill = 0; kill < kills; kill += 1) {
    const streaming = sendAll(bundle, callbacks.slice(kill * stretch, (kill + 1) * stretch))
    const moment = sandbox.counts().requests + draw(5, stretch - 20)
    await sandbox.until(() => sandbox.counts().requests >= moment)
    await workers.shift()?.kill()
    workers.push(await startWorker(bundle))
    await streaming
  }
}

async function sendAll(bundle: Bundle, stretchOf: readonly SampleCallback[]): Promise<void> {
  for (const callback of stretchOf) await sendRaw(bundle, callback)
}
