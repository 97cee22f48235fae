import fc from 'fast-check'
import { expect, it } from 'vitest'

import { jobPriority } from '../../../src/queue/job-priority.ts'

const noonMs = Date.UTC(2026, 10, 26, 12)
const mostOfBullMQ = 2 ** 21 - 1
const anyTime = fc.integer({ min: 0, max: Date.UTC(2286, 0, 1) })
const anyPriority = fc.integer({ min: 0, max: 9 })

it('is one that BullMQ takes, whatever the priority and the time', () => {
  fc.assert(
    fc.property(anyPriority, anyTime, (priority, atMs) => {
      const number = jobPriority(priority, atMs)
      expect(Number.isInteger(number)).toBe(true)
      expect(number).toBeGreaterThanOrEqual(1)
      expect(number).toBeLessThanOrEqual(mostOfBullMQ)
    }),
  )
})

it('puts the more urgent first, whoever asked first', () => {
  fc.assert(
    fc.property(anyPriority, anyPriority, anyTime, anyTime, (one, other, oneMs, otherMs) => {
      fc.pre(one < other)
      expect(jobPriority(one, oneMs)).toBeLessThan(jobPriority(other, otherMs))
    }),
  )
})

it('puts first who asked ten seconds earlier, and is 5 where none is given', () => {
  expect(jobPriority(undefined, noonMs)).toBeLessThan(jobPriority(5, noonMs + 10_000))
  expect(jobPriority(undefined, noonMs)).toBe(jobPriority(5, noonMs))
})
