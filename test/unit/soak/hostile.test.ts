import { describe, expect, it } from 'vitest'

import { attackBy, hostileKinds, isHostileRaw } from '../../soak/hostile.ts'
import { passes } from '../../soak/report.ts'
import { auditRun } from '../../soak/audit.ts'
import { seededIntegers } from '../../support/seeded.ts'

describe.each(hostileKinds)('a hostile entry: %s', (kind) => {
  const target = { draw: seededIntegers(1), victim: 'retry-1', nth: 5 }

  it('is marked at its beginning, as text or as bytes, so that its end can be recognised', () => {
    const { fields } = attackBy(kind, target)
    const written = fields.map(
      (field) => `${field.toString()} ${Buffer.from(field).toString('base64')}`,
    )
    expect(isHostileRaw(written.join(' ').slice(0, 1_000))).toBe(true)
  })

  it('has pairs of names and values', () => {
    expect(attackBy(kind, target).fields.length % 2).toBe(0)
  })
})

it('takes nothing of an honest producer for hostile', () => {
  expect(isHostileRaw('{"id":"retry-1","callId":"retry-1","callbackNumber":"unknown"}')).toBe(false)
})

describe('a soak without a stray that was buried', () => {
  const nothing = { accepted: new Map(), discarded: new Map(), ledger: new Map() }
  const evidence = {
    ...nothing,
    known: new Set<string>(),
    toBeAccepted: [],
    bookings: [],
    results: [],
  }
  const audit = auditRun(evidence)

  it.each([
    [0, true, false],
    [0, false, true],
    [1, true, true],
  ])('of %d buried, where some must have been: %s, passes: %s', (buried, expected, passed) => {
    expect(passes({ audit, strays: { buried, expected }, crashes: [] })).toBe(passed)
  })
})
