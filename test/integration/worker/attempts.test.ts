import { expect, it } from 'vitest'

import { systemClock } from '../../../src/shared/time/clock.ts'
import { isoTimestamp } from '../../../src/shared/time/timestamp.ts'
import { readResults } from '../../../src/shared/store/results/results.ts'
import { sampleCallback } from '../../support/callbacks.ts'
import { setup } from '../../support/ringback.ts'
import { scheduled } from '../../support/scheduled.ts'

const callbackNumber = '+18445791189'
const callback = sampleCallback('one')
const last = { afterEntryId: '0-0', count: 10 }

it('books the callback of the API page as Salesforce demands it, and writes down how', async () => {
  const { producer, sandbox, recorder, startWorker } = await setup()
  startWorker()
  const callId = '89328b83-ff42-4c85-a2af-e948124365de'

  const answer = await producer.enqueue({
    callId,
    callbackNumber,
    isPreviewCallback: true,
    scheduledRoutingDateTime: '2026-02-26T15:40:52Z',
  })
  expect(answer.kind).toBe('accepted')

  const settled = await recorder.next('attempt.settled', ({ id }) => id === answer.id)
  const evidence = {
    phase: 'answered',
    bytesSent: expect.any(Number) as unknown,
    durationMs: expect.any(Number) as unknown,
  }
  expect(settled).toMatchObject({
    outcome: 'booked',
    state: 'booked',
    attempt: 1,
    status: 200,
    ...evidence,
  })
  expect(sandbox.bookingsOf(callId)).toHaveLength(1)
  const status = await producer.status(answer.id)
  expect(status).toMatchObject({
    state: 'booked',
    recordId: sandbox.bookingsOf(callId)[0]?.recordId,
    attempts: 1,
    possibleDuplicate: false,
  })
  expect(status?.history).toMatchObject([
    { attempt: 1, outcome: 'booked', status: 200, ...evidence },
  ])
})

it('publishes a booking in the results, with the attributes that were never sent to Salesforce', async () => {
  const { store, producer, sandbox, recorder, startWorker } = await setup()
  startWorker()
  const attributes = { campaign: 'spring', 'customer.tier': 'gold' }
  await producer.enqueue({ ...callback, attributes })
  await recorder.next('attempt.settled')

  const [result, ...others] = await readResults(store, last)
  expect(others).toEqual([])
  expect(result).toMatchObject({
    id: 'one',
    state: 'booked',
    attempts: 1,
    attributes,
    possibleDuplicate: false,
    recordId: sandbox.bookingsOf('one')[0]?.recordId,
  })
  expect(JSON.stringify(sandbox.requests())).not.toContain('spring')
})

it.each([
  [400, 'http-400'],
  [403, 'http-403'],
  [404, 'http-404'],
  [409, 'http-409'],
  [422, 'http-422'],
])('buries at once what Salesforce refuses with %i', async (status, code) => {
  const { store, producer, sandbox, recorder, startWorker } = await setup()
  sandbox.setFaults([{ do: 'refuse', status, code: 'NO', message: 'not for you' }])
  startWorker()
  await producer.enqueue({ ...callback, attributes: { campaign: 'spring' } })
  await recorder.next('attempt.settled')

  const message = `Salesforce answered ${status}: NO not for you.`
  expect(await producer.status('one')).toMatchObject({
    state: 'dead',
    reason: 'refused',
    code,
    message,
    attempts: 1,
    possibleDuplicate: false,
    history: [{ attempt: 1, outcome: 'refused', status, code, message }],
  })
  expect(await readResults(store, last)).toMatchObject([
    { id: 'one', state: 'dead', reason: 'refused', code, attributes: { campaign: 'spring' } },
  ])
  expect(sandbox.counts()).toMatchObject({ requests: 1, booked: 0 })
})

it('tries again a 404 within the grace that a VoiceCall may need to come into being', async () => {
  const retry = {
    maxAttempts: 5,
    maxRetryDurationMs: 60_000,
    notFoundGraceMs: 30_000,
    backoff: { initialMs: 1, factor: 1, maxMs: 1 },
  }
  const { producer, sandbox, recorder, startWorker } = await setup({ destination: { retry } })
  sandbox.setFaults([{ do: 'refuse', status: 404, times: 2 }])
  startWorker()
  await producer.enqueue(callback)
  await recorder.next('attempt.settled', ({ state }) => state === 'booked')
  expect(await producer.status('one')).toMatchObject({ state: 'booked', attempts: 3 })
})

it('tries again what Salesforce could not take, until it does, and keeps every attempt', async () => {
  const { store, producer, sandbox, recorder, startWorker } = await setup()
  sandbox.setFaults([{ do: 'break', status: 503, times: 2 }])
  startWorker()
  await producer.enqueue(callback)
  await recorder.next('attempt.settled', ({ state }) => state === 'booked')

  const status = await producer.status('one')
  expect(status).toMatchObject({ state: 'booked', attempts: 3, possibleDuplicate: false })
  expect(status?.code).toBeUndefined()
  expect(status?.history).toMatchObject([
    { attempt: 1, outcome: 'unavailable', status: 503, code: 'service-unavailable' },
    { attempt: 2, outcome: 'unavailable', status: 503 },
    { attempt: 3, outcome: 'booked', status: 200 },
  ])
  expect(await readResults(store, last)).toMatchObject([{ state: 'booked', attempts: 3 }])
  const keys = sandbox.requests().map(({ headers }) => headers['idempotency-key'])
  expect(keys).toEqual(['one', 'one', 'one'])
})

it('does not follow a redirect, which would carry the token elsewhere', async () => {
  const { producer, sandbox, recorder, startWorker } = await setup()
  sandbox.setFaults([{ do: 'redirect', times: 1 }])
  startWorker()
  await producer.enqueue(callback)
  const settled = await recorder.next('attempt.settled')
  expect(settled).toMatchObject({ outcome: 'unavailable', status: 302, code: 'redirected' })
  await recorder.next('attempt.settled', ({ state }) => state === 'booked')
  expect(sandbox.requests().filter(({ path }) => path.endsWith('/moved'))).toEqual([])
})

it('gives up when all attempts are made, and says what the last one met', async () => {
  const { store, producer, sandbox, recorder, startWorker } = await setup()
  sandbox.setFaults([{ do: 'break', status: 503 }])
  startWorker()
  await producer.enqueue(callback)
  await recorder.next('attempt.settled', ({ state }) => state === 'dead')

  const message =
    'All 5 attempts were made. The last one: Salesforce answered 503: Sandbox: broken on request.'
  expect(await producer.status('one')).toMatchObject({
    state: 'dead',
    reason: 'exhausted',
    code: 'service-unavailable',
    message,
    attempts: 5,
  })
  expect(sandbox.counts()).toMatchObject({ requests: 5, booked: 0 })
  expect(await readResults(store, last)).toMatchObject([
    { id: 'one', state: 'dead', reason: 'exhausted', attempts: 5 },
  ])
})

const patient = {
  maxAttempts: 100,
  maxRetryDurationMs: 7_200_000,
  notFoundGraceMs: 0,
  backoff: { initialMs: 1, factor: 1, maxMs: 7_200_000 },
}

it('gives up when the next attempt would come after the last one that is allowed', async () => {
  const retry = { ...patient, maxRetryDurationMs: 60_000 }
  const { producer, sandbox, recorder, startWorker } = await setup({ destination: { retry } })
  sandbox.setFaults([{ do: 'limit', retryAfter: 3_600 }])
  startWorker()
  await producer.enqueue(callback)
  await recorder.next('attempt.settled')
  expect(await producer.status('one')).toMatchObject({
    state: 'dead',
    reason: 'exhausted',
    code: 'rate-limited',
    attempts: 1,
    message: '1m of attempts are over. The last one: Salesforce answered 429: rate limited.',
  })
})

it('gives up when the next attempt would come after expiresAt', async () => {
  const { producer, sandbox, recorder, startWorker } = await setup({
    destination: { retry: patient },
  })
  sandbox.setFaults([{ do: 'limit', retryAfter: 3_600 }])
  startWorker()
  const expiresAt = isoTimestamp(systemClock.now() + 1_800_000)
  await producer.enqueue({ ...callback, expiresAt })
  await recorder.next('attempt.settled')
  expect(await producer.status('one')).toMatchObject({
    state: 'dead',
    reason: 'expired',
    code: 'rate-limited',
    attempts: 1,
    message:
      'Too late to try again before expiresAt. The last attempt: Salesforce answered 429: rate limited.',
  })
})

it('sends nothing of a callback that has expired before its turn came', async () => {
  const { store, producer, sandbox, recorder, startWorker } = await setup()
  const intent = JSON.stringify({ ...callback, expiresAt: '2026-02-26T15:40:53.000Z' })
  await scheduled({ store, intent, expiresAt: '2026-02-26T15:40:53.000Z' })
  startWorker()
  await recorder.next('callback.expired')
  expect(sandbox.counts().requests).toBe(0)
  expect(await producer.status('one')).toMatchObject({
    state: 'dead',
    reason: 'expired',
    code: 'expired',
    attempts: 0,
    history: [],
    message: 'It was not sent before expiresAt (2026-02-26T15:40:53.000Z).',
  })
  expect(await readResults(store, last)).toMatchObject([{ id: 'one', reason: 'expired' }])
})
