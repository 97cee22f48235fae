import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { dueAtMs, timingProblem } from '../../../../src/shared/contract/due.ts'
import { isoTimestamp } from '../../../../src/shared/time/timestamp.ts'
import { intentOf, least } from './sample-intent.ts'

const acceptedAt = Date.UTC(2026, 1, 26, 15, 40, 52)
const dayMs = 86_400_000

describe('dueAtMs', () => {
  it('is the time of acceptance for an intent that asks for nothing else', () => {
    expect(dueAtMs(intentOf(least), acceptedAt)).toBe(acceptedAt)
  })

  it('counts a delay from acceptance', () => {
    expect(dueAtMs(intentOf({ ...least, delay: 'PT5M' }), acceptedAt)).toBe(acceptedAt + 300_000)
  })

  it('is notBefore, but never before acceptance', () => {
    fc.assert(
      fc.property(fc.integer({ min: -dayMs, max: dayMs }), (aheadMs) => {
        const notBefore = isoTimestamp(acceptedAt + aheadMs)
        const due = dueAtMs(intentOf({ ...least, notBefore }), acceptedAt)
        expect(due).toBe(acceptedAt + Math.max(0, aheadMs))
      }),
    )
  })

  it('does not hold back what Salesforce itself shall hold back', () => {
    const scheduledRoutingDateTime = isoTimestamp(acceptedAt + dayMs)
    expect(dueAtMs(intentOf({ ...least, scheduledRoutingDateTime }), acceptedAt)).toBe(acceptedAt)
  })
})

describe('timingProblem', () => {
  it.each([
    ['expires in the past', { expiresAt: isoTimestamp(acceptedAt - 1) }],
    ['expires at the very moment it is accepted', { expiresAt: isoTimestamp(acceptedAt) }],
    ['expires when its delay ends', { delay: 1_000, expiresAt: isoTimestamp(acceptedAt + 1_000) }],
    [
      'expires before it may be sent',
      { notBefore: isoTimestamp(acceptedAt + dayMs), expiresAt: isoTimestamp(acceptedAt + 1) },
    ],
  ])('finds that an intent %s', (_, times) => {
    const problem = timingProblem(intentOf({ ...least, ...times }), acceptedAt)
    expect(problem?.field).toBe('expiresAt')
    expect(problem?.message).toMatch(/^is not after 2026-\S+Z, when the callback would be due$/)
  })

  it.each([
    ['nothing', {}],
    ['an end a millisecond later', { expiresAt: isoTimestamp(acceptedAt + 1) }],
    ['a notBefore in the past', { notBefore: isoTimestamp(acceptedAt - dayMs) }],
    ['a hold of 366 days', { notBefore: isoTimestamp(acceptedAt + 366 * dayMs) }],
  ])('finds nothing wrong with %s', (_, times) => {
    expect(timingProblem(intentOf({ ...least, ...times }), acceptedAt)).toBeUndefined()
  })

  it('refuses to hold a callback for longer than 366 days', () => {
    const notBefore = isoTimestamp(acceptedAt + 366 * dayMs + 1)
    expect(timingProblem(intentOf({ ...least, notBefore }), acceptedAt)).toEqual({
      field: 'notBefore',
      message: 'must be at most 366 days ahead',
    })
  })
})
