import { anyDigit, digitsOf } from './digits.ts'
import { isSealed } from './sealed-number.ts'

/** Below this many digits the ends would give most of the number away. */
const minDigits = 9
const phoneNumber = new RegExp(`^\\+?\\d{${minDigits},}$`)
const hidden = '•••'

/**
 * A customer's phone number as logs, errors and screens may show it: `+18445791189` is `+18•••89`. At most the first three
 * characters and the last two digits are left. The dots are always three, so that not even the length shows. What is too
 * short, or does not look like a number, is hidden whole: it may be anything. Of a sealed number it says that it is one.
 */
export function maskNumber(number: string): string {
  if (isSealed(number)) return 'sealed'
  return phoneNumber.test(number) ? `${number.slice(0, 3)}${hidden}${number.slice(-2)}` : hidden
}

/** A time in a text is kept: it has as many digits as a number, and people need it. */
const time = String.raw`\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?!\d)`
/** What takes no room on a screen, and is copied with the digits it stands between. */
const unseen = String.raw`[\p{Cf}\ufe00-\ufe0f]*`
/** What people write between digits. Not `\s`: it has U+FEFF, as `unseen` does, and whatever two parts of a pattern can take is tried in every way. */
const between = String.raw`${unseen}(?:[\p{Z}\t-\r().\-/]${unseen}){0,3}`
const timeOrNumber = new RegExp(
  String.raw`${time}|[+＋]?${anyDigit}(?:${between}${anyDigit}){6,}`,
  'gu',
)

/**
 * Masks everything in a text that could be a phone number in any spelling: seven digits or more, whatever people write
 * between them. For content that was never understood, where nobody knows which part the number is.
 * In linear time: it is asked of texts as long as a stranger likes.
 */
export function maskNumbersIn(text: string): string {
  return text.replace(timeOrNumber, (found) =>
    found.includes('T') ? found : maskNumber(found.normalize('NFKC').replace(/[^+\d]/g, '')),
  )
}

/** What people write between the digits of a number, and a query that is quoted: `%`. */
const gap = String.raw`[\p{Z}\p{Pd}()./%_,:'"*|~\u2212]{0,3}`
const internationalNumber = new RegExp(`[+＋]${gap}${anyDigit}(?:${gap}${anyDigit}){6,}`, 'gu')

/** Fifteen digits, each with what may stand between two. */
export const maxNumberLength = 64

/**
 * Masks every number with a plus before it. For what programs have worded: numbers without one are ports, lengths and ids
 * more often. In linear time, as above.
 */
export function maskInternationalNumbersIn(text: string): string {
  return text.replace(internationalNumber, (found) => maskNumber(`+${digitsOf(found)}`))
}
