/** Salesforce as a whole is down: first nothing listens there, then everything is answered with 503. */
import { createPublicKey } from 'node:crypto'
import { expect, it, onTestFinished } from 'vitest'

import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts'
import { systemClock } from '../../src/shared/time/clock.ts'
import { sampleCallbacks, sendRaw } from '../support/callbacks.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup, type Bundle } from '../support/ringback.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

const callbacks = sampleCallbacks(300)
const ids = callbacks.map(({ id }) => id)

it('carries every callback through an outage of Salesforce without a breaker, counts its attempts and books it once', async () => {
  const bundle = await setup()
  await bundle.sandbox.close()
  const worker = await startWorkerProcess(bundle, {
    RINGBACK_CONCURRENCY: '50',
    RINGBACK_LOCK_DURATION: '10s',
    RINGBACK_BACKOFF_INITIAL: '1s',
    RINGBACK_BACKOFF_MAX: '2s',
    // What each callback can take by itself, and so may, when a breaker opens late.
    RINGBACK_BREAKER: 'false',
  })
  await Promise.all(callbacks.map((callback) => sendRaw(bundle, callback)))

  await all(ids, (id) => worker.next('attempt.settled', (line) => line['id'] === id))
  const salesforce = await startAgain(bundle)
  salesforce.setFaults([{ do: 'break', status: 503 }])
  await all(ids, (id) =>
    worker.next('attempt.settled', (line) => line['id'] === id && line['status'] === 503),
  )
  salesforce.setFaults([])
  const results = await resultsOfAll(bundle, ids)
  await all(ids, (id) =>
    worker.next('attempt.settled', (line) => line['id'] === id && line['state'] === 'booked'),
  )

  expect(results.filter(({ state }) => state !== 'booked')).toEqual([])
  expect(salesforce.bookings()).toHaveLength(ids.length)
  expect(new Set(salesforce.bookings().map(({ callId }) => callId))).toEqual(new Set(ids))
  const settled = worker.lines('attempt.settled')
  for (const id of ids) {
    const story = await bundle.producer.status(id)
    expect(story).toMatchObject({
      state: 'booked',
      attempts: settled.filter((line) => line['id'] === id).length,
      possibleDuplicate: false,
    })
    expect(story?.history[0]).toMatchObject({ outcome: 'unavailable', code: 'connect' })
    expect(story?.history.at(-2)).toMatchObject({ outcome: 'unavailable', status: 503 })
  }
}, 60_000)

function all(each: readonly string[], step: (id: string) => Promise<unknown>): Promise<unknown> {
  return Promise.all(each.map(step))
}

/** On the same address, with the same key. */
async function startAgain({ config, sandbox }: Bundle): Promise<Sandbox> {
  const salesforce = config.destinations[0]?.salesforce
  if (salesforce === undefined) throw new Error('the bundle has no destination')
  const { privateKey, orgId, callCenter } = salesforce
  const started = await startSandbox({
    port: Number(new URL(sandbox.url).port),
    publicKey: createPublicKey(privateKey),
    orgId,
    callCenter,
    clock: systemClock,
  })
  onTestFinished(() => started.close())
  return started
}
