/** Single attempts, without a queue: what each leaves in the ledger, what it says, and what it tells the queue to do. */
import type { Redis } from 'ioredis'
import { createSecretKey } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'

import { openStore } from '../../../src/shared/redis/destination-store.ts'
import {
  callbackKey,
  recentKey,
  ownerKey,
  resultsKey,
  statsKey,
} from '../../../src/shared/redis/keys.ts'
import { isoTimestamp } from '../../../src/shared/time/timestamp.ts'
import type { Instruction } from '../../../src/queue/instruction.ts'
import type { AttemptContext } from '../../../src/worker/attempt/context.ts'
import { runAttempt } from '../../../src/worker/attempt/run-attempt.ts'
import { createContactRequestFinder } from '../../../src/salesforce/contact-request-finder.ts'
import { anyPass } from '../../support/any-pass.ts'
import { attemptContext, attemptMs } from '../../support/attempt-context.ts'
import { sampleCallback } from '../../support/callbacks.ts'
import { onStep } from '../../support/on-step.ts'
import { refusableConnection } from '../../support/refusable-connection.ts'
import { setup, type Bundle } from '../../support/ringback.ts'
import { scheduled } from '../../support/scheduled.ts'
import { json, webServer, type Respond } from '../salesforce/support/local-peer.ts'

const intent = JSON.stringify(sampleCallback('one'))
const job = { id: 'one', generation: 1 }
const at = isoTimestamp(attemptMs)
const hourMs = 3_600_000
const policy = {
  maxAttempts: 5,
  maxRetryDurationMs: 60_000,
  notFoundGraceMs: 0,
  backoff: { initialMs: 1_000, factor: 1, maxMs: 1_000 },
}

const books: Respond = (response) => json(response, 200, { recordId: '0TzLT00000000w50AA' })
const isAway: Respond = (response) => json(response, 503, {})
const hangsUp: Respond = (response) => void response.destroy()

interface Attempt {
  bundle: Bundle
  context: ReturnType<typeof attemptContext>
  run: (signal?: AbortSignal) => Promise<Instruction>
  /** The fields of the ledger. */
  ledger: () => Promise<Record<string, string>>
}

/** One callback, due long ago, with these fields, and a Salesforce that answers so. */
async function attemptOf(
  respond: Respond,
  {
    fields = {},
    text = intent,
    ...more
  }: { fields?: Record<string, string>; text?: string } & Partial<AttemptContext> = {},
): Promise<Attempt & { seen: Awaited<ReturnType<typeof webServer>>['seen'] }> {
  const bundle = await setup()
  const { store } = bundle
  const { baseUrl, seen } = await webServer(respond)
  await scheduled({ store, intent: text, queued: false, fields })
  const context = attemptContext(bundle, { baseUrl, policy, ...more })
  return {
    bundle,
    context,
    seen,
    run: (signal = new AbortController().signal) =>
      runAttempt({ job, pass: anyPass, context }, signal),
    ledger: () => store.redis.hgetall(callbackKey(store.ref, 'one')),
  }
}

const retrying = { state: 'retrying', attempts: '1', firstAttemptAt: at, 'attempt:1': '{"n":1}' }

describe('the clock of an attempt', () => {
  it('begins a job that is a second early: two clocks may differ by as much', async () => {
    const dueAt = isoTimestamp(attemptMs + 1_000)
    const { run, ledger } = await attemptOf(books, { fields: { dueAt } })
    expect(await run()).toEqual({ kind: 'finish' })
    expect(await ledger()).toMatchObject({ state: 'booked' })
  })

  it('puts a job back that is earlier, until it is due', async () => {
    const dueAt = isoTimestamp(attemptMs + 1_001)
    const { run, ledger, seen } = await attemptOf(books, { fields: { dueAt } })
    expect(await run()).toEqual({ kind: 'delay', untilMs: attemptMs + 1_001 })
    expect(await ledger()).toMatchObject({ state: 'scheduled', attempts: '0' })
    expect(seen).toEqual([])
  })

  it('writes the times of its own clock, whatever the machine says', async () => {
    const { context, run, ledger } = await attemptOf(books)
    onStep('salesforce.send', 'before', () => (context.clock.nowMs += 300))
    await run()
    const end = isoTimestamp(attemptMs + 300)
    const known = await ledger()
    expect(known).toMatchObject({ firstAttemptAt: at, updatedAt: end })
    expect(JSON.parse(known['attempt:1'] ?? '')).toMatchObject({ startedAt: at, endedAt: end })
  })

  it('says how late it began, and nothing below zero where it was early', async () => {
    for (const [dueMs, latenessMs] of [
      [-300, 300],
      [300, 0],
    ] as const) {
      const fields = { dueAt: isoTimestamp(attemptMs + dueMs) }
      const { bundle, context, run } = await attemptOf(books, { fields })
      onStep('salesforce.send', 'before', () => (context.clock.nowMs += 5_000))
      await run()
      expect(bundle.recorder.of('attempt.settled')).toMatchObject([{ latenessMs }])
    }
  })

  it('says how long after the callback was first due it was answered, whatever it was put off to since', async () => {
    const firstDueAt = isoTimestamp(attemptMs - 90_000)
    const nextAttemptAt = isoTimestamp(attemptMs - 200)
    const fields = { state: 'retrying', dueAt: firstDueAt, nextAttemptAt, attempts: '1' }
    const { bundle, run } = await attemptOf(books, { fields })
    await run()
    const [{ latenessMs, sinceDueMs = 0, durationMs = 0 } = {}] =
      bundle.recorder.of('attempt.settled')
    expect(latenessMs).toBe(200)
    expect(sinceDueMs).toBe(90_000 + durationMs)
  })
})

it('says in one line what it came to', async () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const fields = { traceparent, generation: '3', attempts: '4', priorAttempts: '2' }
  const { bundle, context, seen } = await attemptOf(isAway, { fields })
  await runAttempt(
    { job: { id: 'one', generation: 3 }, pass: anyPass, context },
    new AbortController().signal,
  )
  expect(seen[0]?.headers).toMatchObject({ traceparent, 'idempotency-key': 'one' })
  expect(bundle.recorder.of('attempt.settled')).toEqual([
    {
      event: 'attempt.settled',
      destination: 'default',
      id: 'one',
      generation: 3,
      attempt: 5,
      outcome: 'unavailable',
      status: 503,
      code: 'service-unavailable',
      recordId: undefined,
      message: 'Salesforce answered 503.',
      state: 'retrying',
      reason: undefined,
      nextAttemptAt: isoTimestamp(attemptMs + 500),
      followed: undefined,
      durationMs: expect.any(Number) as number,
      phase: 'answered',
      bytesSent: expect.any(Number) as number,
      settlement: 'settled',
      latenessMs: attemptMs - Date.UTC(2026, 1, 26, 15, 40, 52),
      sinceDueMs: expect.any(Number) as number,
      callbackNumber: '+18•••89',
      traceparent,
    },
  ])
})

it.each([
  ['with its code', isAway, 'unavailable:service-unavailable'],
  ['as booked', books, 'booked'],
])('is counted among what attempts have come to lately, %s', async (_, respond, what) => {
  const { bundle, run } = await attemptOf(respond)
  await run()
  const counted = await bundle.store.redis.hkeys(recentKey(bundle.store.ref))
  expect(counted.filter((field) => /^\d+:/.test(field))).toEqual([
    `${Math.floor(attemptMs / 900_000)}:${what}`,
  ])
})

it('sends what the intent says of the call, and nothing else', async () => {
  const { callId, callbackNumber } = sampleCallback('one')
  const said = { isPreviewCallback: true, scheduledRoutingDateTime: '2026-02-26T17:00:00.000Z' }
  const text = JSON.stringify({
    id: 'one',
    callId,
    callbackNumber,
    ...said,
    priority: 3,
    attributes: { campaign: 'spring' },
  })
  const { run, seen } = await attemptOf(books, { text })
  await run()
  expect(seen.map(({ path, body }) => [path, JSON.parse(body) as unknown])).toEqual([
    [
      `/telephony/v1/voiceCalls/${callId}/requestCallback`,
      { callbackNumber, ...said, scheduledRoutingDateTime: '2026-02-26T17:00:00Z' },
    ],
  ])
})

it('that failed says in the ledger when the next one may begin', async () => {
  const { run, ledger } = await attemptOf(isAway)
  const instruction = await run()
  if (instruction.kind !== 'delay') throw new Error(instruction.kind)
  expect(await ledger()).toMatchObject({
    state: 'retrying',
    nextAttemptAt: isoTimestamp(instruction.untilMs),
  })
})

it('that comes too late ends the generation that it belongs to, and says so', async () => {
  const expired = { expiresAt: at, generation: '2' }
  const text = intent.replace('}', `,"expiresAt":"${at}"}`)
  const { bundle, context, ledger, seen } = await attemptOf(books, { fields: expired, text })
  const { signal } = new AbortController()
  const later = { job: { ...job, generation: 2 }, pass: anyPass, context }
  expect(await runAttempt(later, signal)).toEqual({ kind: 'finish' })
  expect(await ledger()).toMatchObject({ state: 'dead', reason: 'expired' })
  expect(bundle.recorder.of('callback.expired')).toHaveLength(1)
  expect(seen).toEqual([])
})

describe('the budget', () => {
  it('counts the attempts of this generation alone', async () => {
    const fields = { attempts: '6', priorAttempts: '3' }
    const { run, ledger } = await attemptOf(isAway, { fields })
    expect(await run()).toEqual({ kind: 'delay', untilMs: attemptMs + 500 })
    expect(await ledger()).toMatchObject({ state: 'retrying', attempts: '7' })
  })

  it('counts its time from the first attempt', async () => {
    const firstAttemptAt = isoTimestamp(attemptMs - 59_600)
    const { run, ledger } = await attemptOf(isAway, { fields: { ...retrying, firstAttemptAt } })
    expect(await run()).toEqual({ kind: 'finish' })
    expect(await ledger()).toMatchObject({ state: 'dead', reason: 'exhausted' })
  })

  it('keeps the first record and the newest twenty', async () => {
    const records = Array.from({ length: 24 }, (_, n) => [`attempt:${n + 1}`, '{}'])
    const fields = { attempts: '24', ...(Object.fromEntries(records) as Record<string, string>) }
    const endless = { ...policy, maxAttempts: 1_000 }
    const { run, ledger } = await attemptOf(isAway, { fields, policy: endless })
    await run()
    const kept = Object.keys(await ledger()).filter((field) => field.startsWith('attempt:'))
    // The 24 before had lost none: one goes now.
    expect(kept).toHaveLength(24)
    expect(kept).not.toContain('attempt:5')
  })
})

describe('what was booked', () => {
  it.each([
    ['as long as attempts may last', 60_000, 2 * hourMs, 2 * hourMs],
    ['as long as the callback itself', 2 * hourMs, 60_000, 2 * hourMs],
  ])('is known as its own %s', async (_, retentionMs, maxRetryDurationMs, knownMs) => {
    const longer = { retentionMs, policy: { ...policy, maxRetryDurationMs } }
    const { bundle, run } = await attemptOf(books, longer)
    await run()
    const { redis, ref } = bundle.store
    expect(await msLeft(redis, ownerKey(ref, '0TzLT00000000w50AA'))).toBe(knownMs)
    expect(await msLeft(redis, callbackKey(ref, 'one'))).toBe(retentionMs)
  })

  it('trims the results that are older than the retention, and no others', async () => {
    const { bundle, run } = await attemptOf(books)
    const { redis, ref } = bundle.store
    const key = resultsKey(ref)
    const fill = (fromMs: number) =>
      Promise.all(
        Array.from({ length: 300 }, (_, n) => redis.xadd(key, `${fromMs + n}-0`, 'id', 'other')),
      )
    await fill(attemptMs - 120_000)
    const kept = await fill(attemptMs - 60_000)
    await run()
    const ids = (await redis.xrange(key, '-', '+')).map(([entryId]) => entryId)
    expect(ids).toEqual(expect.arrayContaining(kept))
    // Redis trims whole nodes of a hundred; one is the result of this attempt.
    expect(ids.length).toBeLessThan(kept.length + 102)
  })
})

describe('an attempt whose worker was lost', () => {
  const open = { ...retrying, state: 'attempting', claim: 'of-the-lost-one' }

  it('keeps the time it began, and is uncertain', async () => {
    const began = '{"startedAt":"2026-02-26T15:50:00.000Z"}'
    const { run, ledger, seen } = await attemptOf(books, {
      fields: { ...open, 'attempt:1': began },
      onUncertain: 'verify',
      verifyGraceMs: 30_000,
    })
    expect(await run()).toEqual({ kind: 'delay', untilMs: attemptMs + 30_000 })
    expect(seen).toEqual([])
    expect(await ledger()).toMatchObject({
      state: 'retrying',
      code: 'worker-lost',
      uncertainSince: '2026-02-26T15:50:00.000Z',
    })
  })

  it('is not taken for its own by another run of the same job', async () => {
    const { bundle, context, run, ledger, seen } = await attemptOf(books)
    const lost = bundle.store.redis.duplicate()
    context.store = openStore(lost, context.store.ref)
    onStep('salesforce.answer', 'after', () => lost.disconnect())
    await expect(run()).rejects.toThrow('Connection is closed')

    context.store = openStore(bundle.store.redis, context.store.ref)
    expect(await run()).toEqual({ kind: 'finish' })
    expect(seen).toHaveLength(1)
    expect(await ledger()).toMatchObject({ state: 'dead', reason: 'uncertain', attempts: '1' })
  })
})

it('fails on the ledger of a newer version, and leaves it as it is', async () => {
  const { run, ledger, seen } = await attemptOf(books, { fields: { v: '2' } })
  const before = await ledger()
  await expect(run()).rejects.toThrow('the ledger has version 2; this worker knows version 1')
  expect(await ledger()).toEqual(before)
  expect(seen).toEqual([])
})

describe('an uncertain attempt', () => {
  it('that is the last one ends the callback, marked, and is counted as such', async () => {
    const once = { ...policy, maxAttempts: 1 }
    const { bundle, run, ledger } = await attemptOf(hangsUp, {
      policy: once,
      onUncertain: 'retry',
    })
    await run()
    expect(await ledger()).toMatchObject({
      state: 'dead',
      reason: 'exhausted',
      possibleDuplicate: '1',
    })
    expect(bundle.recorder.of('attempt.settled')).toMatchObject([{ followed: 'ended' }])
    expect(await bundle.store.redis.hgetall(statsKey(bundle.store.ref))).toEqual({
      'uncertain:ended': '1',
      'dead:exhausted': '1',
      'possible-duplicates': '1',
    })
  })

  it('is in doubt since it began, and is asked about from a margin before that on', async () => {
    const marginMs = 7_000
    const { bundle, context, run, ledger, questions } = await verifying({ marginMs })
    // An attempt may last for long: Salesforce may have booked at its beginning.
    onStep('salesforce.send', 'before', () => (context.clock.nowMs += 20_000))
    expect(await run()).toEqual({ kind: 'delay', untilMs: attemptMs + 20_000 + 30_000 })
    expect(await ledger()).toMatchObject({ uncertainSince: at, firstUncertainAt: at })

    context.clock.nowMs += 30_000
    expect(await run()).toEqual({ kind: 'finish' })
    const [question] = questions()
    expect(question).toContain(
      `CreatedDate >= ${isoTimestamp(attemptMs - marginMs).replace('.000Z', 'Z')}`,
    )
    expect(bundle.recorder.of('attempt.verified')).toEqual([
      {
        event: 'attempt.verified',
        destination: 'default',
        id: 'one',
        attempt: 1,
        verdict: 'verified-booked',
        state: 'booked',
        recordId: found,
        reason: undefined,
        code: undefined,
        message: undefined,
        nextAttemptAt: undefined,
        settlement: 'settled',
        callbackNumber: '+18•••89',
      },
    ])
  })

  it('is asked about again if its ContactRequest has meanwhile become another callback’s', async () => {
    const { bundle, context, run, ledger, questions } = await verifying()
    const { redis, ref } = bundle.store
    await run()
    context.clock.nowMs += 30_000
    // On the same connection, so before the script that is about to be asked.
    onStep('verify', 'before', () => void redis.set(ownerKey(ref, found), 'other'))
    expect(await run()).toEqual({ kind: 'delay', untilMs: context.clock.nowMs + 500 })
    expect(questions()).toHaveLength(2)
    const nextAttemptAt = isoTimestamp(context.clock.nowMs + 500)
    const fields = await ledger()
    expect(fields).toMatchObject({ state: 'retrying', possibleDuplicate: '1', nextAttemptAt })
    const verdict = 'verified-not-booked'
    expect(JSON.parse(fields['attempt:1'] ?? '')).toMatchObject({
      verification: { verdict, code: verdict, message: expect.stringContaining('no') as string },
    })
    expect(bundle.recorder.of('attempt.verified')).toMatchObject([{ verdict, nextAttemptAt }])
  })

  it('is asked about since it was in doubt, and counted within its generation', async () => {
    const query: Respond = (response) => json(response, 200, { done: true, records: [] })
    const { bundle, context, run, ledger, questions } = await verifying({ query })
    const earlier = isoTimestamp(attemptMs - 600_000)
    const old = { state: 'retrying', attempts: '5', priorAttempts: '4', firstAttemptAt: earlier }
    await bundle.store.redis.hset(callbackKey(bundle.store.ref, 'one'), old)
    await run()
    context.clock.nowMs += 30_000
    expect(await run()).toEqual({ kind: 'delay', untilMs: context.clock.nowMs + 500 })
    expect(await ledger()).toMatchObject({ state: 'retrying', attempts: '6' })
    expect(questions()[0]).toContain(`CreatedDate >= ${at.replace('.000Z', 'Z')}`)
  })

  const hourAgo = isoTimestamp(attemptMs - hourMs)
  const soon = isoTimestamp(attemptMs + 30_400)
  it.each([
    ['it is too late', { expiresAt: soon, intent: intent.replace('}', `,"expiresAt":"${soon}"}`) }],
    ['its time is over', { state: 'retrying', attempts: '1', firstAttemptAt: hourAgo }],
  ])('is not sent again where nothing is found and %s', async (_, fields) => {
    const query: Respond = (response) => json(response, 200, { done: true, records: [] })
    const { bundle, context, run, ledger } = await verifying({ query })
    await bundle.store.redis.hset(callbackKey(bundle.store.ref, 'one'), fields)
    await run()
    context.clock.nowMs += 30_000
    expect(await run()).toEqual({ kind: 'finish' })
    const reason = 'expiresAt' in fields ? 'expired' : 'exhausted'
    expect(await ledger()).toMatchObject({ state: 'dead', reason })
    const [said] = bundle.recorder.of('attempt.verified')
    expect(said).toMatchObject({ verdict: 'verified-not-booked', state: 'dead', reason })
  })

  it('is sent again, marked, at a destination that no longer verifies and retries', async () => {
    const { bundle, context, run, ledger, questions } = await verifying()
    await run()
    context.clock.nowMs += 30_000
    Object.assign(context, { verification: undefined, onUncertain: 'retry' })
    expect(await run()).toMatchObject({ kind: 'delay' })
    expect(questions()).toEqual([])
    expect(await ledger()).toMatchObject({ state: 'retrying', possibleDuplicate: '1' })
    expect(bundle.recorder.of('attempt.verified')).toMatchObject([{ verdict: 'retried' }])
  })

  it('is asked about later, with growing waits, while there is no answer', async () => {
    const { context, bundle, run, ledger } = await verifying({ query: isAway })
    context.policy.backoff = { initialMs: 1_000, factor: 4, maxMs: 60_000 }
    await run()
    context.clock.nowMs += 30_000
    const [first, second] = [await run(), context.clock.nowMs]
    expect(first).toEqual({ kind: 'delay', untilMs: second + 500 })
    context.clock.nowMs += 500
    expect(await run()).toEqual({ kind: 'delay', untilMs: context.clock.nowMs + 2_000 })
    expect(await ledger()).toMatchObject({ searches: '2', state: 'retrying', code: 'http-503' })
    const asked = bundle.recorder.of('attempt.verified')
    expect(asked).toMatchObject([
      { verdict: 'unknown', state: 'retrying', reason: undefined, code: 'http-503' },
      { nextAttemptAt: isoTimestamp(context.clock.nowMs + 2_000) },
    ])
  })

  it('does not keep a worker that is stopping waiting for an answer to the question', async () => {
    const stopping = new AbortController()
    const { context, run, ledger } = await verifying({ query: () => stopping.abort() })
    await run()
    context.clock.nowMs += 30_000
    expect(await run(stopping.signal)).toMatchObject({ kind: 'delay' })
    expect(await ledger()).toMatchObject({ state: 'retrying', code: 'aborted' })
  })
})

describe('what an attempt came to is written down in the end', () => {
  const cases: [string, () => Promise<Attempt>, string][] = [
    ['it was booked', () => attemptOf(books), 'booked'],
    [
      'it had expired',
      () =>
        attemptOf(books, {
          fields: { expiresAt: at },
          text: intent.replace('}', `,"expiresAt":"${at}"}`),
        }),
      'dead',
    ],
    [
      'it was found to be booked',
      async () => {
        const attempt = await verifying()
        await attempt.run()
        attempt.context.clock.nowMs += 30_000
        return attempt
      },
      'booked',
    ],
  ]

  it.each(cases)('though Redis refused it at first: %s', async (_, prepare, state) => {
    const attempt = await prepare()
    const { bundle, context, ledger } = attempt
    const { redis, refuse, allow } = await refusableConnection(bundle.store.redis)
    context.store = openStore(redis, context.store.ref)
    let refused = 0
    for (const step of ['settle', 'verify'] as const) {
      onStep(step, 'before', () => (refused += 1))
    }
    onStep('begin', 'after', () => void refuse())
    context.clock.sleep = () => allow()
    expect(await attempt.run()).toEqual({ kind: 'finish' })
    expect(await ledger()).toMatchObject({ state })
    expect(refused).toBe(2)
    expect(bundle.recorder.of('settlement.delayed')).toMatchObject([
      { id: 'one', message: expect.stringMatching(/^NOPERM/) as string },
    ])
  })

  it('unless the process ends', async () => {
    const { bundle, context, run } = await attemptOf(books)
    const { redis } = await refusableConnection(bundle.store.redis)
    context.store = openStore(redis, context.store.ref)
    onStep('salesforce.answer', 'after', () => redis.disconnect())
    await expect(run()).rejects.toThrow('Connection is closed')
  })
})

const found = '0TzLT00000000w50AA'

/** A destination that asks, whose first attempt is not answered, and which has booked it. */
async function verifying({
  marginMs = 0,
  query = (response) => {
    const records = [{ Id: found, PreferredPhone: '+18445791189' }]
    json(response, 200, { done: true, records })
  },
}: { marginMs?: number; query?: Respond } = {}) {
  const attempt = await attemptOf(
    (...[response, seen, index]) => {
      if (seen.path.startsWith('/services/oauth2')) {
        return json(response, 200, { access_token: 'token' })
      }
      return seen.path.startsWith('/services/data')
        ? query(response, seen, index)
        : hangsUp(response, seen, index)
    },
    {
      onUncertain: 'verify',
      verifyGraceMs: 30_000,
      policy: { ...policy, maxRetryDurationMs: hourMs },
    },
  )
  const { context, seen } = attempt
  const instanceUrl = context.baseUrl.replace('/telephony/v1', '')
  const finder = createContactRequestFinder({
    instanceUrl,
    tokenUrl: `${instanceUrl}/services/oauth2/token`,
    apiVersion: 'v66.0',
    clientId: 'app',
    byCallId: false,
    timeoutMs: 10_000,
    clock: context.clock,
    credential: { kind: 'client-credentials', clientSecret: createSecretKey('secret', 'utf8') },
  })
  onTestFinished(() => finder.close())
  context.verification = { ...finder, marginMs }
  const isQuestion = ({ path }: { path: string }) => path.startsWith('/services/data')
  const questions = () => seen.filter(isQuestion).map(({ path }) => decodeURIComponent(path))
  return { ...attempt, questions }
}

/** Rounded to minutes: a moment has passed since. */
async function msLeft(redis: Redis, key: string): Promise<number> {
  return Math.round((await redis.pttl(key)) / 60_000) * 60_000
}
