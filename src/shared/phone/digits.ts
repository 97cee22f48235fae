/** A digit in a pattern (flag `u`): of any script, of full width, and the circled ones too. */
export const anyDigit = String.raw`[\p{Nd}\p{No}]`

/** As many digits at the end of a number as count: fewer may be part of anything. Country and area are often left out. */
export const comparedDigits = 7

/** The digits of a text, those of full width as plain ones. */
export function digitsOf(text: string): string {
  return text.normalize('NFKC').replaceAll(/\D/g, '')
}

/** What is in every spelling of a number, whether its country and its area are written or not. */
export function lastDigits(number: string): string {
  return digitsOf(number).slice(-comparedDigits)
}
