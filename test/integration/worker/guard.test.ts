/** A worker that is paused in an attempt may send when it wakes, though another one has taken over: so it does not. */
import { expect, it } from 'vitest'

import { systemClock } from '../../../src/shared/time/clock.ts'
import { runAttempt } from '../../../src/worker/attempt/run-attempt.ts'
import { sampleCallback } from '../../support/callbacks.ts'
import { scheduled } from '../../support/scheduled.ts'
import { setup } from '../../support/ringback.ts'
import { callbackClient } from './salesforce/support/callback-client.ts'
import { json, webServer } from './salesforce/support/local-peer.ts'

const sendWithinMs = 500

it.each([
  ['sends what is ready within its time', sendWithinMs, 1, { state: 'booked' }],
  [
    'sends nothing later, and tries again',
    sendWithinMs + 1,
    0,
    { state: 'retrying', code: 'lock-at-risk', possibleDuplicate: false },
  ],
])('%s, counted from before the beginning', async (_, passedMs, requests, state) => {
  const { redis, place, producer, recorder } = await setup()
  const server = await webServer((response) => json(response, 200, { recordId: 'r' }))
  await scheduled({ redis, place, intent: JSON.stringify(sampleCallback('one')), queued: false })
  const looks = [0]
  const context = {
    ...{ redis, place, observe: recorder.observe, retentionMs: 60_000, sendWithinMs },
    ...{ client: callbackClient({ baseUrl: server.baseUrl }), verification: undefined },
    ...({ onUncertain: 'hold', verifyGraceMs: 0, random: () => 0.5 } as const),
    policy: {
      ...{ maxAttempts: 5, maxRetryDurationMs: 60_000, notFoundGraceMs: 0 },
      backoff: { initialMs: 1_000, factor: 1, maxMs: 1_000 },
    },
    // It looks at the clock once before it asks, and once before it sends.
    clock: { ...systemClock, monotonic: () => looks.shift() ?? passedMs },
  }

  await runAttempt({ id: 'one', generation: 1 }, context, new AbortController().signal)

  expect(server.seen).toHaveLength(requests)
  expect(await producer.status('one')).toMatchObject({ ...state, attempts: 1 })
})
