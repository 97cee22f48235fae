import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  canonicalCallId,
  canonicalRecordId,
  isRecordId,
  salesforceId18,
  salesforceIdIsValid,
  withRestoredCase,
} from '../../../../src/shared/contract/salesforce-id.ts'

const alphanumeric = fc.constantFrom(
  ...Array.from('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'),
)
const id15 = fc.string({ unit: alphanumeric, minLength: 15, maxLength: 15 })

describe('salesforceId18', () => {
  it.each([
    ['a0RE000000IJmcN', 'MAT'],
    ['a01M00000062mPg', 'IAI'],
    ['0F9E000000092w2', 'KAA'],
    ['AbCdEfGhIjKlMnO', 'VKV'],
    ['0LQRM0000006CSz', '4AM'],
  ])('adds to %s the checksum %s', (id, checksum) => {
    expect(salesforceId18(id)).toBe(id + checksum)
  })

  it.each(['', '0LQRM0000006CS', '0LQRM0000006CSz4AM', '0LQRM0000006CS-'])(
    'refuses %j, which is not an id of 15 characters',
    (text) => {
      expect(() => salesforceId18(text)).toThrow(RangeError)
    },
  )

  it('gives two ids that differ in case only forms that differ even without case', () => {
    fc.assert(
      fc.property(id15, id15, (id, cases) => {
        const other = Array.from(id, (character, ref) =>
          /[A-Z]/.test(cases.charAt(ref)) ? character.toUpperCase() : character.toLowerCase(),
        ).join('')
        fc.pre(other !== id)
        expect(salesforceId18(other).toLowerCase()).not.toBe(salesforceId18(id).toLowerCase())
      }),
    )
  })
})

describe('salesforceIdIsValid', () => {
  it.each([
    '0TzLT00000000w50AA',
    '0LQxx0000004C92GAE',
    '0LQxx0000004CIiGAM',
    '300SG000015iJ38YAE',
    '0LQRM0000006CSz',
  ])("takes %s, an id from Salesforce's documentation", (id) => {
    expect(salesforceIdIsValid(id)).toBe(true)
  })

  it.each([
    '',
    '0TzLT00000000w50AB',
    '0TzLT00000000W50AA',
    '0TzLT00000000w50A',
    '0TzLT-0000000w50AA',
  ])('refuses %j', (id) => {
    expect(salesforceIdIsValid(id)).toBe(false)
  })

  it('takes every id with its own checksum, and none with another', () => {
    fc.assert(
      fc.property(id15, id15, (id, other) => {
        const right = salesforceId18(id)
        const checksum = salesforceId18(other).slice(15)
        expect(salesforceIdIsValid(right)).toBe(true)
        expect(salesforceIdIsValid(id + checksum)).toBe(right === id + checksum)
      }),
    )
  })
})

describe('withRestoredCase', () => {
  it('gives back every id of 18 characters that was put into capitals or small letters', () => {
    fc.assert(
      fc.property(id15, (id) => {
        const right = salesforceId18(id)
        expect(withRestoredCase(right.toUpperCase())).toBe(right)
        expect(withRestoredCase(right.toLowerCase())).toBe(right)
        expect(withRestoredCase(id.toLowerCase() + right.slice(15))).toBe(right)
      }),
    )
  })

  it('gives back nothing of other case, whose checksum is wrong by a slip', () => {
    fc.assert(
      fc.property(id15, id15, (id, other) => {
        const text = id + salesforceId18(other).slice(15)
        const lost = id === id.toUpperCase() || id === id.toLowerCase()
        fc.pre(!lost)
        expect(withRestoredCase(text)).toBeUndefined()
      }),
    )
  })

  it.each([
    ['', 'nothing'],
    ['00dhs00000kmpyr', '15 characters, which have no checksum'],
    ['00dhs00000kmpyrmab7', '19 characters'],
    ['00dhs00000kmpyrm9b', 'a checksum with a 9'],
    ['00dhs00000kmpyr5ab', 'a checksum that calls digits capitals'],
    ['00dhs-0000kmpyrmab', 'a hyphen'],
  ])('gives back nothing of %j: %s', (text) => {
    expect(withRestoredCase(text)).toBeUndefined()
  })
})

describe('canonicalCallId', () => {
  it('restores the case of a VoiceCall id from its checksum', () => {
    expect(canonicalCallId('0LQRM0000006CSZ4AM')).toBe('0LQRM0000006CSz4AM')
    expect(canonicalCallId('0lqrm0000006csz4am')).toBe('0LQRM0000006CSz4AM')
  })

  it('gives both forms of a VoiceCall id the longer one', () => {
    expect(canonicalCallId('0LQRM0000006CSz')).toBe('0LQRM0000006CSz4AM')
    expect(canonicalCallId('0LQRM0000006CSz4AM')).toBe('0LQRM0000006CSz4AM')
  })

  it.each([
    '89328b83-ff42-4c85-a2af-e948124365de',
    'k3j9x2',
    '',
    '0LQRM0000006CSz4AN',
    '0lqRM0000006CSz',
    '0lqrm0000006csz',
    '0lQRM0000006CSz4AM',
    '0tzlt00000000w50aa',
    '0TzLT00000000w5',
    '0LQRM0000006CSz4',
    ' 0LQRM0000006CSz',
    '0LQRM0000006CSz\n',
  ])('leaves %j untouched', (callId) => {
    expect(canonicalCallId(callId)).toBe(callId)
  })

  it('changes nothing more when applied again', () => {
    const voiceCallId = id15.map((id) => `0LQ${id.slice(3)}`)
    fc.assert(
      fc.property(fc.oneof(voiceCallId, fc.string()), (callId) => {
        const once = canonicalCallId(callId)
        expect(canonicalCallId(once)).toBe(once)
      }),
    )
  })
})

describe('the id of a record', () => {
  it('is one in both of its forms, whatever its checksum', () => {
    for (const id of ['0TzLT00000000w5', '0TzLT00000000w50AA', '0TzLT00000000w5AAA']) {
      expect(isRecordId(id)).toBe(true)
      expect(canonicalRecordId(id)).toBe('0TzLT00000000w50AA')
    }
  })

  it.each([
    '',
    'r1',
    'x'.repeat(14),
    'x'.repeat(16),
    'x'.repeat(19),
    '0TzLT00000000w5\n',
    '0TzLT0000000 w5',
  ])('is not %j, which is left as it is', (text) => {
    expect(isRecordId(text)).toBe(false)
    expect(canonicalRecordId(text)).toBe(text)
  })
})
