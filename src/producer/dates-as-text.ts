import { types } from 'node:util'

import type { Problem } from '../shared/errors/problem.ts'

const timeFields = ['scheduledRoutingDateTime', 'notBefore', 'expiresAt', 'requestedAt']

/** What was submitted, with every `Date` where a time is written as the contract writes times. */
export function datesAsText(input: unknown): { input: unknown; problems: Problem[] } {
  if (typeof input !== 'object' || input === null) return { input, problems: [] }
  // Not instanceof: the Date of another realm, such as that of a test runner, is not ours.
  const dates = new Map(
    timeFields.flatMap((field): [string, Date][] => {
      const value: unknown = Reflect.get(input, field)
      return types.isDate(value) ? [[field, value]] : []
    }),
  )
  if (dates.size === 0) return { input, problems: [] }
  const texts = [...dates].map(([field, date]) => [field, textOf(date)] as const)
  return {
    input: { ...input, ...Object.fromEntries(texts) },
    problems: texts
      .filter(([, text]) => text === undefined)
      .map(([field]) => ({ field, message: 'is an invalid Date' })),
  }
}

function textOf(date: Date): string | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}
