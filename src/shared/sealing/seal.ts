import { createPublicKey, type KeyObject } from 'node:crypto'

import { CompactEncrypt } from 'jose'

import { sealingEncryption } from '../phone/sealed-number.ts'
import type { PublicJwk } from './seal-keys.ts'

/**
 * Encrypts a number to a published key, anew each time: two sealings of a number have nothing in common. With an `id` it can stand in
 * the intent of that id only.
 */
export type Seal = (number: string, jwk: PublicJwk, id?: string) => Promise<string>

export function createSeal(): Seal {
  // A producer seals to one key for weeks, and to read it takes as long as to seal.
  const known = new WeakMap<PublicJwk, KeyObject>()
  return async (number, jwk, id) => {
    const { alg, kid } = jwk
    const key = known.get(jwk) ?? createPublicKey({ key: jwk, format: 'jwk' })
    known.set(jwk, key)
    return await new CompactEncrypt(new TextEncoder().encode(number))
      .setProtectedHeader({ alg, enc: sealingEncryption, kid, ...(id !== undefined && { id }) })
      .encrypt(key)
  }
}
