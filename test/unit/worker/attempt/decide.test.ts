import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { Outcome } from '../../../../src/shared/delivery/outcome.ts'
import type { RetryPolicy } from '../../../../src/shared/delivery/retry-policy.ts'
import {
  decide,
  type Circumstances,
  type DecisionRules,
} from '../../../../src/worker/attempt/decide.ts'

const policy: RetryPolicy = {
  maxAttempts: 5,
  maxRetryDurationMs: 3_600_000,
  backoff: { initialMs: 1_000, factor: 2, maxMs: 60_000 },
  notFoundGraceMs: 0,
}
const firstAttemptAtMs = Date.UTC(2026, 1, 26)
const first: Circumstances = {
  attempt: 1,
  firstAttemptAtMs,
  expiresAtMs: undefined,
  nowMs: firstAttemptAtMs,
  isFailedProbe: false,
}
const unavailable = {
  kind: 'unavailable',
  status: 503,
  code: 'service-unavailable',
  message: 'Salesforce answered 503.',
  retryAfterMs: undefined,
} as const satisfies Outcome
const uncertain = {
  kind: 'uncertain',
  status: undefined,
  code: 'timeout',
  message: 'The time was up.',
} as const satisfies Outcome
const notFound = {
  kind: 'refused',
  status: 404,
  code: 'http-404',
  message: 'Salesforce answered 404.',
} as const satisfies Outcome
const half: DecisionRules = {
  policy,
  onUncertain: 'retry',
  verifyGraceMs: 30_000,
  random: () => 0.5,
}

it('books what was booked, late or on the last attempt', () => {
  const booked: Outcome = { kind: 'booked', status: 200, recordId: 'r' }
  const late = { ...first, attempt: 5, expiresAtMs: first.nowMs - 1 }
  expect(decide(booked, late, half)).toEqual({ kind: 'book', recordId: 'r' })
})

it('buries at once what Salesforce refused', () => {
  expect(decide(notFound, first, half)).toEqual({
    kind: 'bury',
    reason: 'refused',
    code: 'http-404',
    message: 'Salesforce answered 404.',
  })
})

it.each([unavailable, uncertain])(
  'tries again after a jittered wait when it was $kind',
  (outcome) => {
    const { code, message } = outcome
    const attempt = { ...first, attempt: 3 }
    expect(decide(outcome, attempt, half)).toEqual({
      kind: 'retry',
      atMs: first.nowMs + 2_000,
      code,
      message,
    })
  },
)

describe('the policy for uncertain outcomes', () => {
  it('hold makes a dead letter of it at once, budget or not', () => {
    for (const attempt of [1, 5]) {
      expect(decide(uncertain, { ...first, attempt }, { ...half, onUncertain: 'hold' })).toEqual({
        kind: 'bury',
        reason: 'uncertain',
        code: 'timeout',
        message: 'It is not known whether Salesforce booked it. The time was up.',
      })
    }
  })

  it('verify sends nothing until Salesforce was asked, which is after the grace, budget or not', () => {
    for (const attempt of [1, 5]) {
      expect(decide(uncertain, { ...first, attempt }, { ...half, onUncertain: 'verify' })).toEqual({
        kind: 'verify',
        atMs: first.nowMs + 30_000,
        code: 'timeout',
        message: 'The time was up.',
      })
    }
  })

  it.each(['hold', 'verify'] as const)('%s touches no outcome that is certain', (onUncertain) => {
    for (const outcome of [unavailable, notFound]) {
      expect(decide(outcome, first, { ...half, onUncertain })).toEqual(decide(outcome, first, half))
    }
  })
})

describe('the budget of attempts', () => {
  it.each([unavailable, uncertain])(
    'buries with the last error in words when it was $kind',
    (outcome) => {
      expect(decide(outcome, { ...first, attempt: 5 }, half)).toEqual({
        kind: 'bury',
        reason: 'exhausted',
        code: outcome.code,
        message: `All 5 attempts were made. The last one: ${outcome.message}`,
      })
    },
  )

  it('counts the first attempt', () => {
    const once = { ...half, policy: { ...policy, maxAttempts: 1 }, random: () => 0 }
    expect(decide(unavailable, first, once)).toMatchObject({ reason: 'exhausted' })
    expect(decide(unavailable, { ...first, attempt: 4 }, half).kind).toBe('retry')
  })
})

describe('the budget of time', () => {
  it.each([
    [3_600_000 - 500, 'retry'],
    [3_600_000 - 499, 'bury'],
  ])('after %i ms of 1 h, with 500 ms to wait: %s', (elapsedMs, kind) => {
    const nowMs = firstAttemptAtMs + elapsedMs
    expect(decide(unavailable, { ...first, nowMs }, half).kind).toBe(kind)
  })

  it('says how long it was and what the last error said', () => {
    const late = { ...first, nowMs: firstAttemptAtMs + 3_600_000 }
    expect(decide(unavailable, late, half)).toEqual({
      kind: 'bury',
      reason: 'exhausted',
      code: 'service-unavailable',
      message: '1h of attempts are over. The last one: Salesforce answered 503.',
    })
  })
})

describe('expiresAt', () => {
  it.each([
    [501, 'retry'],
    [500, 'bury'],
    [-1, 'bury'],
  ])('%i ms away, with 500 ms to wait: %s', (remainingMs, kind) => {
    const expiring = { ...first, expiresAtMs: first.nowMs + remainingMs }
    expect(decide(unavailable, expiring, half).kind).toBe(kind)
  })

  it('is named as the reason, also where the time budget is over as well', () => {
    const nowMs = firstAttemptAtMs + policy.maxRetryDurationMs
    expect(decide(uncertain, { ...first, nowMs, expiresAtMs: nowMs }, half)).toEqual({
      kind: 'bury',
      reason: 'expired',
      code: 'timeout',
      message: 'Too late to try again before expiresAt. The last attempt: The time was up.',
    })
  })
})

describe('Retry-After', () => {
  it.each([
    [undefined, 500],
    [0, 500],
    [499, 500],
    [501, 501],
    [59_999, 59_999],
    [60_000, 60_000],
    [86_400_000, 60_000],
  ])('%s ms, where chance says 500 ms and the maximum is 60 s, gives %i ms', (asked, waited) => {
    const decision = decide({ ...unavailable, retryAfterMs: asked }, first, half)
    expect(decision).toMatchObject({ kind: 'retry', atMs: first.nowMs + waited })
  })
})

describe('the grace of a 404', () => {
  const graceful = { ...half, policy: { ...policy, notFoundGraceMs: 10_000 } }

  it.each([
    [0, 'retry'],
    [9_999, 'retry'],
    [10_000, 'bury'],
  ])('of 10 s after %i ms: %s', (elapsedMs, kind) => {
    const nowMs = firstAttemptAtMs + elapsedMs
    expect(decide(notFound, { ...first, nowMs }, graceful).kind).toBe(kind)
  })

  it('is for 404 only, and ends with the budget', () => {
    expect(decide({ ...notFound, status: 400 }, first, graceful)).toMatchObject({ kind: 'bury' })
    expect(decide(notFound, { ...first, attempt: 5 }, graceful)).toMatchObject({
      reason: 'exhausted',
    })
  })
})

describe('any decision to try again', () => {
  const anyOutcome = fc.oneof(
    fc.constant(uncertain),
    fc.constant(notFound),
    fc
      .option(fc.nat(1e9), { nil: undefined })
      .map((retryAfterMs) => ({ ...unavailable, retryAfterMs })),
  )
  const anyPolicy = fc.record({
    maxAttempts: fc.integer({ min: 1, max: 500 }),
    maxRetryDurationMs: fc.nat(2 * 86_400_000),
    backoff: fc.record({
      initialMs: fc.integer({ min: 1, max: 600_000 }),
      factor: fc.double({ min: 1, max: 10, noNaN: true }),
      maxMs: fc.integer({ min: 1, max: 3_600_000 }),
    }),
    notFoundGraceMs: fc.nat(3_600_000),
  })
  const anyCircumstances = fc
    .record({
      attempt: fc.integer({ min: 1, max: 500 }),
      elapsedMs: fc.nat(3 * 86_400_000),
      expiresInMs: fc.option(fc.integer({ min: -1e6, max: 1e8 }), { nil: undefined }),
    })
    .map(({ attempt, elapsedMs, expiresInMs }) => {
      const nowMs = firstAttemptAtMs + elapsedMs
      const expiresAtMs = expiresInMs === undefined ? undefined : nowMs + expiresInMs
      return { attempt, firstAttemptAtMs, nowMs, expiresAtMs, isFailedProbe: false }
    })
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

  it('lies between now and every bound, with Retry-After as its floor', () => {
    let retries = 0
    fc.assert(
      fc.property(
        anyOutcome,
        anyCircumstances,
        anyPolicy,
        chance,
        (outcome, given, rules, draw) => {
          const decision = decide(outcome, given, { ...half, policy: rules, random: () => draw })
          if (decision.kind !== 'retry') return
          retries += 1
          const waitMs = decision.atMs - given.nowMs
          const asked = outcome.kind === 'unavailable' ? (outcome.retryAfterMs ?? 0) : 0
          expect(waitMs).toBeGreaterThanOrEqual(Math.min(asked, rules.backoff.maxMs))
          expect(waitMs).toBeLessThanOrEqual(rules.backoff.maxMs)
          expect(decision.atMs).toBeLessThanOrEqual(firstAttemptAtMs + rules.maxRetryDurationMs)
          if (given.expiresAtMs !== undefined) expect(decision.atMs).toBeLessThan(given.expiresAtMs)
          expect(given.attempt).toBeLessThan(rules.maxAttempts)
        },
      ),
      { numRuns: 2_000 },
    )
    expect(retries).toBeGreaterThan(100)
  })
})
