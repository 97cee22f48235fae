import { maskNumber } from '../phone/mask.ts'
import { printable } from '../text/printable.ts'

export const hiddenToken = '[token]'

/** Longest message that is looked at. Two screens of text; what comes after them explains nothing more. */
const longestMessage = 4_096

/** Header, claims and signature, or what is left of them. */
const jsonWebToken = /eyJ[\w.-]{8,}/g
/** An access token of the core REST API: the org's id, an exclamation mark and a secret. */
const accessToken = /00D[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})? ?! ?[^\s"'<>]+/g
/** What is shorter is prose about tokens. */
const bearer = /\b(Bearer)\s[\w.~+/=!-]{16,}/gi
const digit = String.raw`[\p{Nd}\p{No}]`
/** What people write between the digits of a number, and a query that is quoted: `%`. */
const gap = String.raw`[\p{Z}\p{Pd}()./%_,:'"*|~\u2212]{0,3}`
const internationalNumber = new RegExp(`[+＋]${gap}${digit}(?:${gap}${digit}){6,}`, 'gu')

/**
 * A message without what looks like a token or an international number. For what others have worded: Redis, Node, a proxy,
 * Salesforce. Numbers without a plus stay: they are ports, lengths and ids more often. Linear in the length of the text.
 */
export function maskSecretsIn(text: string): string {
  return text
    .replace(jsonWebToken, hiddenToken)
    .replace(accessToken, hiddenToken)
    .replace(bearer, `$1 ${hiddenToken}`)
    .replace(internationalNumber, (found) =>
      maskNumber(`+${found.normalize('NFKC').replace(/\D/g, '')}`),
    )
}

/** The same of a message of any length, fit for a terminal. */
export function loggable(message: string): string {
  const masked = printable(maskSecretsIn(message.slice(0, longestMessage)))
  // What was cut may have left the beginning of a number or a token at the end.
  return message.length <= longestMessage ? masked : `${masked.slice(0, -mostOfOneNumber)}…`
}

/** Fifteen digits, each with what may stand between two. */
export const mostOfOneNumber = 64
