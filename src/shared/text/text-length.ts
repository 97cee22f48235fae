/**
 * Longest text that is looked at for a time, a duration, a zone or a number: none that means something is nearly as long.
 * Length comes before pattern everywhere. A pattern that looks ahead or tries again takes its time with the square of a
 * length that a stranger chooses, and while one text is looked at a worker does nothing else.
 */
export const maxShortTextLength = 100

/** What is wrong with a text that is too long to be looked at. */
export function lengthProblem(text: string): string | undefined {
  if (text.length <= maxShortTextLength) return undefined
  return `is ${text.length} characters long; the limit is ${maxShortTextLength}`
}
