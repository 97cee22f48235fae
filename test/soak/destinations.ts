import type { OnUncertain } from '../../src/shared/contract/on-uncertain.ts'

/** One for each policy, and named after it. */
export const destinations = ['retry', 'hold', 'verify'] as const satisfies readonly OnUncertain[]

export type DestinationName = (typeof destinations)[number]
