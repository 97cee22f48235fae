/** Which callback of its number one is, in two hours at most. Whoever looks at it wants to see floods, and knows families. */
export const sameNumberRanges = ['2', '3-5', '6+'] as const
export type SameNumberRange = (typeof sameNumberRanges)[number]
