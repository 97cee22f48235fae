import { maskNumber } from '../../shared/telemetry/mask.ts'

/** What people write between the digits of a phone number, and a query that is quoted: `%`, also percent-encoded. */
const gap = String.raw`(?:%25|[\s().\-/%]){0,3}`
const internationalNumber = new RegExp(String.raw`\+\d(?:${gap}\d){6,}`, 'g')
const jsonWebToken = /\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g
/** An access token of the core REST API: the org's id, an exclamation mark and a secret. */
const accessToken = /\b00D[A-Za-z0-9]{12,15}!\S+/g

/**
 * Salesforce's errors may echo what we sent. Masks every international phone number, the callback's own number in any
 * spelling, and tokens.
 */
export function maskEcho(text: string, callbackNumber?: string): string {
  const own = callbackNumber === undefined ? undefined : ownNumber(callbackNumber)
  const masked = own ? text.replace(own.pattern, own.mask) : text
  return masked
    .replace(internationalNumber, (number) => maskNumber(`+${digitsOf(number)}`))
    .replace(jsonWebToken, '[token]')
    .replace(accessToken, '[token]')
}

/**
 * The leading digits are optional: `+18445791189` may come back as `18445791189` or `(844) 579-1189`. Seven digits in a
 * row are the least that counts, as fewer may be part of anything.
 */
function ownNumber(callbackNumber: string): { pattern: RegExp; mask: string } | undefined {
  const digits = Array.from(digitsOf(callbackNumber))
  if (digits.length < 7) return undefined
  const optional = digits.slice(0, -7).map((digit) => `(?:${digit}${gap})?`)
  const pattern = String.raw`\+?${optional.join('')}${digits.slice(-7).join(gap)}`
  return { pattern: new RegExp(pattern, 'g'), mask: maskNumber(callbackNumber) }
}

function digitsOf(text: string): string {
  return text.replace(/\D/g, '')
}
