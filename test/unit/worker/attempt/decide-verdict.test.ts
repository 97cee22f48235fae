import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { ContactRequestSearch } from '../../../../src/shared/delivery/contact-request-search.ts'
import type { DecisionRules } from '../../../../src/worker/attempt/decide.ts'
import {
  decideVerdict,
  decideWithoutSearch,
  type UncertainAttempt,
} from '../../../../src/worker/attempt/decide-verdict.ts'

const firstAttemptAtMs = Date.UTC(2026, 1, 26)
const rules: DecisionRules = {
  policy: {
    maxAttempts: 5,
    maxRetryDurationMs: 3_600_000,
    backoff: { initialMs: 1_000, factor: 2, maxMs: 60_000 },
    notFoundGraceMs: 0,
  },
  onUncertain: 'verify',
  verifyGraceMs: 30_000,
  random: () => 0.5,
}
const nowMs = firstAttemptAtMs + 40_000
const uncertain: UncertainAttempt = {
  circumstances: {
    attempt: 1,
    firstAttemptAtMs,
    expiresAtMs: undefined,
    nowMs,
    isFailedProbe: false,
  },
  searches: 0,
  code: 'timeout',
  message: 'The time was up.',
}
const none: ContactRequestSearch = { kind: 'found', recordIds: [], complete: true }
const away: ContactRequestSearch = {
  kind: 'unavailable',
  code: 'timeout',
  message: 'No answer.',
  retryAfterMs: undefined,
}

it('books the one ContactRequest that Salesforce has', () => {
  const one: ContactRequestSearch = { kind: 'found', recordIds: ['r'], complete: true }
  expect(decideVerdict(one, uncertain, rules)).toEqual({ kind: 'book', recordId: 'r' })
})

it('books it also on the last attempt, and too late to send another', () => {
  const circumstances = { ...uncertain.circumstances, attempt: 5, expiresAtMs: nowMs - 1 }
  const one: ContactRequestSearch = { kind: 'found', recordIds: ['r'], complete: true }
  const late = { ...uncertain, circumstances }
  expect(decideVerdict(one, late, rules)).toEqual({ kind: 'book', recordId: 'r' })
})

it('holds a callback of which Salesforce has several', () => {
  const recordIds = ['r', 's', 't']
  const several: ContactRequestSearch = { kind: 'found', recordIds, complete: true }
  expect(decideVerdict(several, uncertain, rules)).toMatchObject({
    kind: 'bury',
    reason: 'uncertain',
    code: 'several-contact-requests',
    message: expect.stringContaining('3 ContactRequests') as string,
  })
})

it('says that more may have been there than it was shown', () => {
  const some: ContactRequestSearch = { kind: 'found', recordIds: ['r'], complete: false }
  expect(decideVerdict(some, uncertain, rules)).toMatchObject({
    code: 'several-contact-requests',
    message: expect.stringContaining('ContactRequests, maybe not all seen,') as string,
  })
})

it.each([[[]], [['r']]])('holds it when the list of %j is not complete', (recordIds) => {
  const some: ContactRequestSearch = { kind: 'found', recordIds, complete: false }
  expect(decideVerdict(some, uncertain, rules)).toMatchObject({ kind: 'bury', reason: 'uncertain' })
})

describe('when Salesforce has none', () => {
  it('tries again, after the wait of a failed attempt', () => {
    expect(decideVerdict(none, uncertain, rules)).toEqual({
      kind: 'retry',
      atMs: nowMs + 500,
      code: 'verified-not-booked',
      message: 'The time was up. Salesforce has no ContactRequest of it.',
    })
  })

  it.each([
    ['the attempts are spent', { attempt: 5 }, 'exhausted'],
    ['the time is spent', { firstAttemptAtMs: nowMs - 3_600_000 }, 'exhausted'],
    ['it has expired', { expiresAtMs: nowMs }, 'expired'],
  ])('buries it for what it is when %s', (_, circumstances, reason) => {
    const spent = { ...uncertain, circumstances: { ...uncertain.circumstances, ...circumstances } }
    expect(decideVerdict(none, spent, rules)).toMatchObject({ kind: 'bury', reason })
  })
})

describe('when Salesforce cannot be asked now', () => {
  it.each([
    [0, 500],
    [3, 4_000],
    [30, 30_000],
  ])('asks again with growing waits: after %i questions in %i ms', (searches, waitMs) => {
    expect(decideVerdict(away, { ...uncertain, searches }, rules)).toMatchObject({
      kind: 'ask-again',
      atMs: nowMs + waitMs,
    })
  })

  it.each([
    [3_600_000 - 500, 'ask-again'],
    [3_600_000 - 499, 'bury'],
  ])('after %i ms of 1 h, with 500 ms to wait: %s', (elapsedMs, kind) => {
    const firstAttemptAtMs = nowMs - elapsedMs
    const given = { ...uncertain, circumstances: { ...uncertain.circumstances, firstAttemptAtMs } }
    expect(decideVerdict(away, given, rules).kind).toBe(kind)
  })

  it('waits as long as it was told to, up to the maximum of the backoff', () => {
    const waits = [10_000, 600_000].map((retryAfterMs) =>
      decideVerdict({ ...away, retryAfterMs }, uncertain, rules),
    )
    expect(waits).toMatchObject([{ atMs: nowMs + 10_000 }, { atMs: nowMs + 60_000 }])
  })

  it('asks once more in the last moment of the time for attempts', () => {
    const at = (firstMs: number) =>
      decideVerdict(
        away,
        { ...uncertain, circumstances: { ...uncertain.circumstances, firstAttemptAtMs: firstMs } },
        rules,
      ).kind
    const lastMs = nowMs + 500 - 3_600_000
    expect([at(lastMs), at(lastMs - 1)]).toEqual(['ask-again', 'bury'])
  })

  it('holds it when the time for attempts is over: it never sends what it could not verify', () => {
    const spent = {
      ...uncertain,
      circumstances: { ...uncertain.circumstances, firstAttemptAtMs: nowMs - 3_600_000 },
    }
    expect(decideVerdict(away, spent, rules)).toMatchObject({ kind: 'bury', reason: 'uncertain' })
  })
})

it('holds what Salesforce refuses to be asked', () => {
  const failed: ContactRequestSearch = { kind: 'failed', code: 'invalid_grant', message: 'No.' }
  expect(decideVerdict(failed, uncertain, rules)).toMatchObject({
    kind: 'bury',
    reason: 'uncertain',
    code: 'invalid_grant',
    message: 'It is not known whether Salesforce booked it. No.',
  })
})

it('sends again only what Salesforce says it does not have, whatever else happens', () => {
  const anySearch = fc.oneof(
    fc.record({
      kind: fc.constant('found' as const),
      recordIds: fc.array(fc.constantFrom('r', 's', 't'), { maxLength: 3 }),
      complete: fc.boolean(),
    }),
    fc.constant(away),
    fc.constant({ kind: 'failed', code: 'c', message: 'm' } as const),
  )
  const anyDoubt = fc.record({ attempt: fc.integer({ min: 1, max: 6 }), searches: fc.nat(50) })
  const drawn = new Set<string>()
  fc.assert(
    fc.property(anySearch, anyDoubt, (search, { attempt, searches }) => {
      const given = {
        ...uncertain,
        searches,
        circumstances: { ...uncertain.circumstances, attempt },
      }
      const { kind } = decideVerdict(search, given, rules)
      if (kind === 'retry') expect(search).toEqual(none)
      if (kind === 'book') {
        expect(search).toMatchObject({ complete: true, recordIds: [expect.any(String)] })
      }
      if (search.kind === 'found') drawn.add(`${search.recordIds.length} ${search.complete}`)
    }),
  )
  // It says something only where the lists that may not be believed were drawn too.
  expect(drawn).toContain('0 false')
  expect(drawn).toContain('1 false')
})

describe('a destination that does not verify any more', () => {
  it('sends it again where uncertain outcomes are tried again', () => {
    const retrying = { ...rules, onUncertain: 'retry' } as const
    expect(decideWithoutSearch(uncertain, retrying)).toMatchObject({
      kind: 'retry',
      code: 'timeout',
    })
  })

  it.each(['hold', 'verify'] as const)('holds it where the policy is %s', (onUncertain) => {
    expect(decideWithoutSearch(uncertain, { ...rules, onUncertain })).toMatchObject({
      kind: 'bury',
      reason: 'uncertain',
      code: 'timeout',
    })
  })
})
