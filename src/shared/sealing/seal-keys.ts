import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'

import { z } from 'zod'

import { keyIdPattern, sealingAlgorithms, type SealingAlgorithm } from '../phone/sealed-number.ts'
import { epochMsOf, isoTimestamp } from '../time/timestamp.ts'

/** One key that numbers are sealed to, with its private half. */
export interface SealKey {
  kid: string
  alg: SealingAlgorithm
  /** From when on its public half is published: until then no producer knows it. */
  publishFromMs: number
  privateKey: KeyObject
}

export type SealKeysReading =
  | { kind: 'ok'; keys: SealKey[] }
  /** What follows the name of the file in a sentence. Nothing of its content is repeated. */
  | { kind: 'problem'; message: string }

const keySchema = z.looseObject({
  kty: z.string(),
  kid: z.string().regex(keyIdPattern),
  alg: z.enum(sealingAlgorithms),
  publishFrom: z.string().refine((text) => !Number.isNaN(epochMsOf(text))),
  d: z.string(),
})

const fileSchema = z.object({ keys: z.array(keySchema).min(1) })

/** What a file of keys holds: a JWK set (RFC 7517) whose keys have `publishFrom` besides. */
export function readSealKeys(text: string): SealKeysReading {
  const parsed = fileSchema.safeParse(jsonOf(text))
  if (!parsed.success) return problem('holds no JWK set as `ringback keys make` writes one')
  const keys: SealKey[] = []
  for (const { kid, alg, publishFrom, ...jwk } of parsed.data.keys) {
    const privateKey = privateKeyOf(jwk)
    if (privateKey === undefined) return problem(`holds a key that cannot be read: ${kid}`)
    if (!isOf(alg, privateKey)) return problem(`holds a key that ${demands[alg]}: ${kid}`)
    if (keys.some((each) => each.kid === kid)) return problem(`holds two keys ${kid}`)
    keys.push({ kid, alg, publishFromMs: epochMsOf(publishFrom), privateKey })
  }
  return { kind: 'ok', keys }
}

/** As {@link readSealKeys} takes them. */
export function writeSealKeys(keys: readonly SealKey[]): string {
  const written = keys.map(({ kid, alg, publishFromMs, privateKey }) => ({
    kid,
    alg,
    use: 'enc',
    publishFrom: isoTimestamp(publishFromMs),
    ...privateKey.export({ format: 'jwk' }),
  }))
  return `${JSON.stringify({ keys: written }, undefined, 2)}\n`
}

/**
 * Those that producers are to seal to: of each algorithm the one that was published last. The others unseal what was sealed to
 * them before.
 */
export function publishedKeys(keys: readonly SealKey[], nowMs: number): SealKey[] {
  return sealingAlgorithms.flatMap((alg) => {
    const due = keys.filter((key) => key.alg === alg && key.publishFromMs <= nowMs)
    const [newest] = due.toSorted((one, other) => other.publishFromMs - one.publishFromMs)
    return newest === undefined ? [] : [newest]
  })
}

export type PublicJwk = JsonWebKey & { kid: string; alg: SealingAlgorithm; use: 'enc' }

/** The public half, and nothing else. */
export function publicJwkOf({ kid, alg, privateKey }: SealKey): PublicJwk {
  return { ...createPublicKey(privateKey).export({ format: 'jwk' }), kid, alg, use: 'enc' }
}

/** Of those that are published: the elliptic curve, whose seals are half as long, and are opened in half the time. */
export function preferredKey(keys: readonly PublicJwk[]): PublicJwk | undefined {
  const [last] = sealingAlgorithms.toReversed()
  return keys.find(({ alg }) => alg === last) ?? keys[0]
}

const minRsaBits = 2_048

const demands: Record<SealingAlgorithm, string> = {
  'RSA-OAEP-256': `is no RSA key of ${minRsaBits} bits or more, as RSA-OAEP-256 wants one`,
  'ECDH-ES+A256KW': 'is not on the curve P-256, as ECDH-ES+A256KW wants it',
}

function isOf(alg: SealingAlgorithm, { asymmetricKeyType, asymmetricKeyDetails }: KeyObject) {
  const { modulusLength = 0, namedCurve } = asymmetricKeyDetails ?? {}
  return alg === 'RSA-OAEP-256'
    ? asymmetricKeyType === 'rsa' && modulusLength >= minRsaBits
    : asymmetricKeyType === 'ec' && namedCurve === 'prime256v1'
}

/** Nothing of OpenSSL's error is kept: it helps nobody. */
function privateKeyOf(jwk: Readonly<Record<string, unknown>>): KeyObject | undefined {
  try {
    return createPrivateKey({ key: jwk, format: 'jwk' })
  } catch {
    return undefined
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function problem(message: string): SealKeysReading {
  return { kind: 'problem', message }
}
