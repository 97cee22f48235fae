import { replaceRanges, type Replacement } from '../text/replace-ranges.ts'
import { anyDigit, comparedDigits, digitsOf } from './digits.ts'
import { maskNumber } from './mask.ts'

/** Digits with nothing between them that would be read, and not much of it. */
const rowOfDigits = new RegExp(String.raw`${anyDigit}(?:[^\p{L}\p{N}]{0,4}${anyDigit})*`, 'gu')
const eachDigit = new RegExp(anyDigit, 'gu')

/**
 * Masks a number that was sent, in whatever spelling: `+18445791189` may come back as `18445791189`, `(844) 579-1189` or
 * `8·4·4·5…`. Digits of another script are hidden in any row that is as long as a number: Salesforce's own are plain.
 */
export function maskEchoedNumber(text: string, callbackNumber: string): string {
  const own = digitsOf(callbackNumber)
  const mask = maskNumber(callbackNumber)
  const replacements: Replacement[] = []
  for (const { 0: row, index: start } of text.matchAll(rowOfDigits)) {
    const digits = [...row.matchAll(eachDigit)].map(({ 0: digit, index }) => ({
      digit,
      from: start + index,
      to: start + index + digit.length,
    }))
    if (digits.length < comparedDigits) continue
    const plain = digits.map(({ digit }) => digit).join('')
    if (!/^\d*$/.test(plain)) {
      replacements.push({ from: start, to: start + row.length, by: maskNumber('') })
      continue
    }
    for (const [first, end] of occurrences(plain, own)) {
      const from = digits[first]?.from ?? start
      const to = digits[end - 1]?.to ?? from
      replacements.push({ from: text[from - 1] === '+' ? from - 1 : from, to, by: mask })
    }
  }
  return replaceRanges(text, replacements)
}

/** Where the end of the number stands in a row of digits, with as much as there is of what comes before it. */
function occurrences(digits: string, own: string): (readonly [first: number, end: number])[] {
  const tail = own.slice(-comparedDigits)
  const found: (readonly [number, number])[] = []
  for (let at = digits.indexOf(tail); at >= 0; at = digits.indexOf(tail, at + 1)) {
    let more = 0
    while (more < own.length - tail.length && isBefore(digits, own, { at, more })) more += 1
    found.push([at - more, at + tail.length])
  }
  return found
}

/** Whether the digit before those that were compared is the number's as well. */
function isBefore(digits: string, own: string, { at, more }: { at: number; more: number }) {
  const digit = digits[at - more - 1]
  return digit !== undefined && digit === own[own.length - comparedDigits - more - 1]
}
