/** A worker that is paused in an attempt may send when it wakes, though another one has taken over: so it does not. */
import { expect, it } from 'vitest'

import { runAttempt } from '../../../src/worker/attempt/run-attempt.ts'
import { anyPass } from '../../support/any-pass.ts'
import { attemptContext } from '../../support/attempt-context.ts'
import { sampleCallback } from '../../support/callbacks.ts'
import { onStep } from '../../support/on-step.ts'
import { scheduled } from '../../support/scheduled.ts'
import { setup } from '../../support/ringback.ts'
import { json, webServer } from '../salesforce/support/local-peer.ts'

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
  const bundle = await setup()
  const { store, producer } = bundle
  const server = await webServer((response) =>
    json(response, 200, { recordId: '0TzLT00000000w50AA' }),
  )
  await scheduled({ store, intent: JSON.stringify(sampleCallback('one')), queued: false })
  const context = attemptContext(bundle, { baseUrl: server.baseUrl, sendWithinMs })
  // It is paused after it has asked whether it may begin, and before it hears the answer. What somebody sets the clock of
  // the machine to meanwhile says nothing.
  onStep('begin', 'before', () => {
    context.clock.uptimeMs += passedMs
    context.clock.nowMs -= 3_600_000
  })

  const work = { job: { id: 'one', generation: 1 }, pass: anyPass, context }
  await runAttempt(work, new AbortController().signal)

  expect(server.seen).toHaveLength(requests)
  expect(await producer.status('one')).toMatchObject({ ...state, attempts: 1 })
})
