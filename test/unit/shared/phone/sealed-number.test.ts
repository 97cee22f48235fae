import { describe, expect, it } from 'vitest'

import {
  isSealed,
  keyIdOf,
  maxSealedLength,
  sealedProblem,
} from '../../../../src/shared/phone/sealed-number.ts'
import { maskNumber } from '../../../../src/shared/phone/mask.ts'

const header = { alg: 'ECDH-ES+A256KW', enc: 'A256GCM', kid: 'ec-one' }

function sealedWith(changes: object): string {
  const json = JSON.stringify({ ...header, ...changes })
  return [Buffer.from(json).toString('base64url'), 'key', 'iv', 'text', 'tag'].join('.')
}

describe('a sealed number', () => {
  it('is told from any other by its beginning, however its header is spaced', () => {
    const spaced = [' {', '{', '{ ', '{\n', '{\t'].map((beginning) =>
      Buffer.from(`${beginning.trimStart()}"alg":"x"}`).toString('base64url'),
    )
    expect(spaced.map(isSealed)).toEqual([true, true, true, true, true])
    for (const text of ['+18445791189', '0664 1234567', 'ext. 5', '', 'e.164']) {
      expect(isSealed(text)).toBe(false)
    }
  })

  it('names the key that it was sealed to', () => {
    expect(sealedProblem(sealedWith({}))).toBeUndefined()
    expect(keyIdOf(sealedWith({}))).toBe('ec-one')
  })

  it.each([
    ['another algorithm', { alg: 'RSA1_5' }, 'RSA1_5'],
    ['a weaker one of the same kind', { alg: 'RSA-OAEP' }, 'RSA-OAEP;'],
    ['a shared secret', { alg: 'dir' }, 'dir'],
    ['a password', { alg: 'PBES2-HS512+A256KW' }, 'PBES2-HS512+A256KW'],
    ['another encryption', { enc: 'A128GCM' }, 'A128GCM'],
    ['compression', { zip: 'DEF' }, 'zip'],
    ['critical extensions', { crit: ['exp'] }, 'crit'],
    ['no kid', { kid: undefined }, 'kid'],
    ['a kid that is none', { kid: 'a b' }, 'kid'],
  ])('is refused by name for %s', (_, changes, word) => {
    expect(sealedProblem(sealedWith(changes))).toContain(word)
  })

  it('is refused without a word of what stands there in place of a name', () => {
    for (const changes of [{ alg: '+18445791189' }, { enc: '18445791189' }, { kid: '+1 844' }]) {
      expect(sealedProblem(sealedWith(changes))).not.toMatch(/\d{3} ?\d|844/)
    }
  })

  it.each([
    ['too few parts', 'eyJh.b.c.d'],
    ['too many', 'eyJh.b.c.d.e.f'],
    ['an empty part', 'eyJh..c.d.e'],
    ['other letters', 'eyJh.b.c+.d.e'],
  ])('is no compact JWE with %s', (_, text) => {
    expect(sealedProblem(text)).toContain('compact JWE')
  })

  it('is looked at only up to a length', () => {
    const long = `${sealedWith({})}${'A'.repeat(maxSealedLength)}`
    expect(sealedProblem(long)).toContain(`limit of a sealed number is ${maxSealedLength}`)
  })

  it('is shown as what it is, wherever a number would be masked', () => {
    expect(maskNumber(sealedWith({}))).toBe('sealed')
  })
})
