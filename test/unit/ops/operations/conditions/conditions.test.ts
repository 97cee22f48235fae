import { describe, expect, it } from 'vitest'

import {
  verdictOf,
  type Condition,
} from '../../../../../src/ops/operations/conditions/conditions.ts'

function condition(given: Partial<Condition> = {}): Condition {
  return {
    name: 'any',
    severity: 'warning',
    destination: 'acme',
    message: 'no worker is alive',
    fix: 'Start one.',
    ...given,
  }
}

describe('the one sentence', () => {
  it('says that nothing needs anybody, where there is nothing or what needs no doing', () => {
    expect(verdictOf([], false)).toBe('Nothing needs you.')
    expect(verdictOf([condition({ severity: 'info' })], false)).toBe('Nothing needs you.')
  })

  it('says the only thing that needs somebody', () => {
    expect(verdictOf([condition()], false)).toBe('No worker is alive.')
  })

  it('counts several and says the first, without the reasons for it', () => {
    const message = 'paused by ana since 2026-02-26 15:40:52 UTC (now): Salesforce is moved'
    expect(verdictOf([condition({ message }), condition()], false)).toBe(
      '2 things need you. First: paused by ana since 2026-02-26 15:40:52 UTC (now).',
    )
  })

  it('names the destination where there are several', () => {
    expect(verdictOf([condition()], true)).toBe('Acme: no worker is alive.')
  })
})
