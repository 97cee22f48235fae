import { InvalidArgumentError } from 'commander'

const digits = /^\d{1,9}$/

/** An option's count. */
export function wholeNumber(text: string): number {
  if (digits.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a whole number, 0 or more.')
}

/** The same, where none at all makes no sense. */
export function positiveWholeNumber(text: string): number {
  if (digits.test(text) && Number(text) > 0) return Number(text)
  throw new InvalidArgumentError('It must be a whole number, 1 or more.')
}
