import type { OnUncertain } from '../../src/shared/delivery/on-uncertain.ts'

/** One for each policy, and named after it. */
export const served = ['retry', 'hold', 'verify'] as const satisfies readonly OnUncertain[]

/** Nobody serves it before the fault phase is over. */
export const stray = 'stray'

/** Nobody serves it, and nothing goes in after the last id that there is: only somebody hostile sends to it. */
export const doomed = 'doomed'

export const destinations = [...served, stray] as const

export type DestinationName = (typeof destinations)[number]
