import { maskInternationalNumbersIn, maxNumberLength } from '../phone/mask.ts'
import { printable } from '../text/printable.ts'

export const hiddenToken = '[token]'

/** Longest message that is looked at. Two screens of text; what comes after them explains nothing more. */
const maxMessageLength = 4_096

/** Header, claims and signature, or what is left of them. */
const jsonWebToken = /eyJ[\w.-]{8,}/g
/** An access token of the core REST API: the org's id, an exclamation mark and a secret. */
const accessToken = /00D[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})? ?! ?[^\s"'<>]+/g
/** What is shorter is prose about tokens. */
const bearer = /\b(Bearer)\s[\w.~+/=!-]{16,}/gi

/**
 * A message without what looks like a token or an international number. For what others have worded: Redis, Node, a proxy,
 * Salesforce. Linear in the length of the text.
 */
export function maskSecretsIn(text: string): string {
  const withoutTokens = text
    .replace(jsonWebToken, hiddenToken)
    .replace(accessToken, hiddenToken)
    .replace(bearer, `$1 ${hiddenToken}`)
  return maskInternationalNumbersIn(withoutTokens)
}

/** The same of a message of any length, fit for a terminal. */
export function loggable(message: string): string {
  const masked = printable(maskSecretsIn(message.slice(0, maxMessageLength)))
  // What was cut may have left the beginning of a number or a token at the end.
  return message.length <= maxMessageLength ? masked : `${masked.slice(0, -maxNumberLength)}…`
}
