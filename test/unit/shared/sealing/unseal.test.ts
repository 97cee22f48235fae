import { CompactEncrypt } from 'jose'
import { createPublicKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'

import { sealingAlgorithms } from '../../../../src/shared/phone/sealed-number.ts'
import { makeSealKeys } from '../../../../src/shared/sealing/make-keys.ts'
import { createSeal } from '../../../../src/shared/sealing/seal.ts'
import { publicJwkOf, type SealKey } from '../../../../src/shared/sealing/seal-keys.ts'
import { createUnseal } from '../../../../src/shared/sealing/unseal.ts'

const number = '+18445791189'
const keys = await makeSealKeys(0)
const seal = createSeal()
const unseal = createUnseal(() => keys)

function keyFor(alg: string): SealKey {
  const key = keys.find((each) => each.alg === alg)
  if (key === undefined) throw new Error(alg)
  return key
}

describe.each(sealingAlgorithms)('with %s', (alg) => {
  const key = keyFor(alg)
  const jwk = publicJwkOf(key)

  it('is unsealed what was sealed, and looks different each time', async () => {
    const [first, second] = await Promise.all([seal(number, jwk), seal(number, jwk)])
    expect(first).not.toBe(second)
    expect(await unseal(first)).toEqual({ kind: 'number', number })
    expect(await unseal(second)).toEqual({ kind: 'number', number })
  })

  it.each(['0664 1234567', 'x'.repeat(1_000)])('is no number what is none: %j', async (text) => {
    expect(await unseal(await seal(text, jwk))).toMatchObject({ kind: 'no-number' })
  })

  it('is broken what somebody has changed, in whichever part', async () => {
    const parts = (await seal(number, jwk)).split('.')
    for (const index of [1, 2, 3, 4]) {
      const changed = parts.map((part, at) => (at === index ? flipped(part) : part)).join('.')
      expect(await unseal(changed)).toEqual({ kind: 'broken' })
    }
  })

  it('is broken what was sealed to another key of that name', async () => {
    const others = await makeSealKeys(0)
    const [other] = others.filter((each) => each.alg === alg)
    if (other === undefined) throw new Error(alg)
    const sealed = await seal(number, { ...publicJwkOf(other), kid: key.kid })
    expect(await unseal(sealed)).toEqual({ kind: 'broken' })
  })

  it('is never decompressed', async () => {
    const zipped = (await seal(number, jwk)).split('.')
    zipped[0] = Buffer.from(
      JSON.stringify({ alg, enc: 'A256GCM', kid: key.kid, zip: 'DEF' }),
    ).toString('base64url')
    expect(await unseal(zipped.join('.'))).toEqual({ kind: 'broken' })
  })
})

it('is not a key of another kind that a header can choose', async () => {
  const { privateKey, kid } = keyFor('RSA-OAEP-256')
  const sealed = await new CompactEncrypt(new TextEncoder().encode(number))
    .setProtectedHeader({ alg: 'RSA-OAEP', enc: 'A256GCM', kid })
    .encrypt(createPublicKey(privateKey))
  expect(await unseal(sealed)).toEqual({ kind: 'broken' })
})

it('names the key that is missing', async () => {
  const sealed = await seal(number, publicJwkOf(keyFor('ECDH-ES+A256KW')))
  const { kid } = keyFor('ECDH-ES+A256KW')
  expect(await createUnseal(() => [])(sealed)).toEqual({ kind: 'unknown-key', kid })
})

it('gives a number that is not sealed as it is', async () => {
  expect(await createUnseal(() => [])(number)).toEqual({ kind: 'number', number })
})

function flipped(part: string): string {
  return `${part.startsWith('A') ? 'B' : 'A'}${part.slice(1)}`
}
