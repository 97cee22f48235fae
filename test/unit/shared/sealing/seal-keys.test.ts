import { generateKeyPairSync } from 'node:crypto'

import { describe, expect, it } from 'vitest'

import { keyIdPattern } from '../../../../src/shared/phone/sealed-number.ts'
import { makeSealKeys } from '../../../../src/shared/sealing/make-keys.ts'
import {
  preferredKey,
  publicJwkOf,
  publishedKeys,
  readSealKeys,
  writeSealKeys,
  type SealKey,
} from '../../../../src/shared/sealing/seal-keys.ts'

const keys = await makeSealKeys(1_000)

describe('a file of keys', () => {
  it('gives what was written into it', () => {
    const reading = readSealKeys(writeSealKeys(keys))
    if (reading.kind === 'problem') throw new Error(reading.message)
    const kids = ({ kid, alg, publishFromMs }: SealKey) => ({ kid, alg, publishFromMs })
    expect(reading.keys.map(kids)).toEqual(keys.map(kids))
    for (const [index, { privateKey }] of reading.keys.entries()) {
      expect(privateKey.equals(keys[index]?.privateKey ?? privateKey)).toBe(true)
    }
  })

  it('has names for its keys that nobody takes for a number', () => {
    for (const { kid } of keys) {
      expect(kid).toMatch(keyIdPattern)
      expect(kid).not.toMatch(/\d/)
    }
  })

  it.each([
    ['is no JSON', 'PEM', 'JWK set'],
    ['is empty', JSON.stringify({ keys: [] }), 'JWK set'],
    ['has public keys', JSON.stringify({ keys: keys.map(publicJwkOf) }), 'JWK set'],
    ['has a key twice', writeSealKeys([...keys, ...keys]), 'two keys'],
    ['has a damaged key', damaged(), 'cannot be read'],
    ['has a short key of RSA', shortRsa(), '2048 bits'],
    ['has a key of another curve', otherCurve(), 'P-256'],
  ])('is refused if it %s, and nothing of it is repeated', (_, text, words) => {
    const reading = readSealKeys(text)
    expect(reading).toMatchObject({
      kind: 'problem',
      message: expect.stringContaining(words) as string,
    })
    expect(JSON.stringify(reading)).not.toContain('"d"')
  })
})

function damaged(): string {
  const { keys: written } = JSON.parse(writeSealKeys(keys)) as { keys: object[] }
  return JSON.stringify({ keys: written.map((key) => ({ ...key, n: undefined, x: undefined })) })
}

function shortRsa(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1_024 })
  return writeSealKeys([{ kid: 'short', alg: 'RSA-OAEP-256', publishFromMs: 0, privateKey }])
}

function otherCurve(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  return writeSealKeys([{ kid: 'other', alg: 'ECDH-ES+A256KW', publishFromMs: 0, privateKey }])
}

describe('what is published', () => {
  it('is the newest key of each algorithm whose time has come', async () => {
    const next = await makeSealKeys(2_000)
    const all = [...next, ...keys]
    expect(publishedKeys(all, 999)).toEqual([])
    expect(publishedKeys(all, 1_999)).toEqual(keys)
    expect(publishedKeys(all, 2_000)).toEqual(next)
  })

  it('has no private half', () => {
    const names = keys.map(publicJwkOf).flatMap(Object.keys)
    expect([...new Set(names)].toSorted()).toEqual(
      ['alg', 'crv', 'e', 'kid', 'kty', 'n', 'use', 'x', 'y'].toSorted(),
    )
  })

  it('is sealed to by the library with the elliptic curve, where there is one', () => {
    const [rsa, curve] = keys.map(publicJwkOf)
    expect(preferredKey([rsa, curve].filter((key) => key !== undefined))).toBe(curve)
    expect(preferredKey([rsa].filter((key) => key !== undefined))).toBe(rsa)
    expect(preferredKey([])).toBeUndefined()
  })
})
