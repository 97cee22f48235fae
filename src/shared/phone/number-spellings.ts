/** How one number is found in texts that people and programs have written. */
export interface NumberSpellings {
  isIn: (text: string) => boolean
  /** The text with every spelling of the number replaced by `mask`, and without what takes no room on a screen. */
  replaceIn: (text: string, mask: string) => string
}

/**
 * Takes no room on a screen: what programs put between digits, and people copy without seeing it. Taken away before anything
 * is looked for: a pattern that steps over it looks from each place through all that lies around it.
 */
const unseen = /[\p{Cf}\u034f\ufe00-\ufe0f]+/gu

/** What people write between digits, \u2212 being the sign for minus. */
const between = String.raw`[\s().\-/_\u2010-\u2015\u2212]{0,3}`

/**
 * A date has eight digits, as many as a whole Danish number, and hyphens between them. It is looked through, so that nobody
 * is taken for somebody else.
 */
const date = /(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)(?:T[\d:.]+)?/g

/** Fewer digits without a country name too many people, amounts and durations. */
const minNationalDigits = 8

/**
 * Every usual spelling of an E.164 number: `+43 664 1234567`, `0043-664/1234567`, `+43 (0)664 1234567`, `436641234567`,
 * and without its country `0664 1234567` and `(664) 123-4567`. Never a part of a longer row of digits.
 */
export function spellingsOf(e164: string): NumberSpellings {
  const digits = e164.slice(1)
  const country = digits.slice(0, countryLength(digits))
  const national = digits.slice(country.length)
  const abroad = String.raw`(?:(?:\+|00|011)${between})?`
  const trunk = String.raw`(?:(?:\(0\)|0)${between})?`
  const international = String.raw`(?<!\d)${abroad}${spaced(country)}${between}${trunk}${spaced(national)}(?!\d)`
  // Digits before it would make it the end of a number of another country.
  const local = String.raw`(?<!\d${between})(?<!\+)${trunk}${spaced(national)}(?!\d)`
  const source = national.length >= minNationalDigits ? `${international}|${local}` : international
  const pattern = new RegExp(source, 'gu')
  return {
    isIn: (text) =>
      text.normalize('NFKC').replace(unseen, '').replace(date, '|').search(pattern) >= 0,
    replaceIn: (text, mask) => text.replace(unseen, '').replace(pattern, mask),
  }
}

function spaced(digits: string): string {
  return Array.from(digits).join(between)
}

/** ITU-T E.164: every country calling code of one or two digits; all others have three. */
const shortCodes = new Set(
  (
    '1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 ' +
    '81 82 84 86 90 91 92 93 94 95 98'
  ).split(' '),
)

function countryLength(digits: string): number {
  return [1, 2].find((length) => shortCodes.has(digits.slice(0, length))) ?? 3
}
