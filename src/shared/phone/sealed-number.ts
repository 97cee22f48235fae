import { z } from 'zod'

/** A number that was encrypted to a public key of its destination: a compact JWE (RFC 7516). */

export const sealingAlgorithms = ['RSA-OAEP-256', 'ECDH-ES+A256KW'] as const
export const sealingEncryption = 'A256GCM'

export type SealingAlgorithm = (typeof sealingAlgorithms)[number]

/**
 * Longest sealed number that is looked at: to a key of 4096 bits it is 820 characters long. Length comes before anything else: a
 * header may be as long as a stranger likes.
 */
export const maxSealedLength = 2_048

/** Names a key, in a file and in a header. */
export const keyIdPattern = /^[A-Za-z0-9._-]{1,128}$/

/**
 * Whether it is meant as a sealed one: every JWE begins so, with the base64 of `{"` or of `{` and white space. Two characters
 * tell, so that an ordinary number costs nothing.
 */
export function isSealed(text: string): boolean {
  return text.startsWith('ey') || text.startsWith('ew')
}

/** Those that others may have in mind (RFC 7518), to be refused by their names. Anything else might be a customer's number. */
const otherNames = [
  ...['RSA1_5', 'RSA-OAEP', 'RSA-OAEP-384', 'RSA-OAEP-512', 'A128KW', 'A192KW', 'A256KW', 'dir'],
  ...['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A192KW', 'A128GCMKW', 'A192GCMKW', 'A256GCMKW'],
  ...['PBES2-HS256+A128KW', 'PBES2-HS384+A192KW', 'PBES2-HS512+A256KW'],
  ...['A128CBC-HS256', 'A192CBC-HS384', 'A256CBC-HS512', 'A128GCM', 'A192GCM'],
]

function nameOf(algorithm: string): string {
  const isKnown = [...otherNames, ...sealingAlgorithms, sealingEncryption].includes(algorithm)
  return isKnown ? algorithm : '(another one)'
}

const header = z.object({
  alg: z.string(),
  enc: z.string(),
  kid: z.string().regex(keyIdPattern),
  zip: z.unknown().optional(),
  crit: z.unknown().optional(),
  id: z.unknown().optional(),
})

type Header = z.output<typeof header>

/** What is wrong with a sealed number, as far as can be told without a key; in words that repeat nothing of it. */
export function sealedProblem(text: string): string | undefined {
  const read = headerOf(text)
  if (typeof read === 'string') return read
  const { alg, enc, zip, crit } = read
  if (!sealingAlgorithms.some((each) => each === alg)) {
    return `is sealed with alg ${nameOf(alg)}; the algorithms are ${sealingAlgorithms.join(' and ')}`
  }
  if (enc !== sealingEncryption) {
    return `is sealed with enc ${nameOf(enc)}; write ${sealingEncryption}`
  }
  if (zip !== undefined) return 'is compressed (zip) before it was sealed; leave zip out'
  return crit === undefined ? undefined : 'has a header crit, which is not taken; leave it out'
}

/** The key that it was sealed to, of one that {@link sealedProblem} finds nothing wrong with. */
export function keyIdOf(sealed: string): string | undefined {
  const read = headerOf(sealed)
  return typeof read === 'string' ? undefined : read.kid
}

/**
 * The id of the intent that it was sealed for, and for no other: what the header's `id` says, whatever that is. Undefined: it may
 * stand in any. The header is authenticated: once the number is unsealed, nobody has changed it.
 */
export function boundIdOf(sealed: string): unknown {
  const read = headerOf(sealed)
  return typeof read === 'string' ? undefined : read.id
}

/** Or what is wrong with it. */
function headerOf(text: string): Header | string {
  if (text.length > maxSealedLength) {
    return `is ${text.length} characters long; the limit of a sealed number is ${maxSealedLength}`
  }
  const parts = text.split('.')
  if (parts.length !== 5 || !parts.every((part) => /^[A-Za-z0-9_-]+$/.test(part))) {
    return 'must be E.164, or a compact JWE: five parts in base64url with dots between them'
  }
  const decoded = header.safeParse(jsonIn(parts[0] ?? ''))
  return decoded.success
    ? decoded.data
    : 'is sealed with a header that has no alg, enc and kid; kid names the public key that was used'
}

function jsonIn(base64url: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64url, 'base64url').toString())
  } catch {
    return undefined
  }
}
