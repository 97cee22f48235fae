import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { canonicalCallId } from '../../../../../src/shared/contract/salesforce-id.ts'
import {
  numberKeyOf,
  placeOfCall,
  placeOfNumber,
  placesOf,
} from '../../../../../src/shared/store/ledger/places.ts'

const key = numberKeyOf('one key, of which nobody but workers knows')
const other = numberKeyOf('another key, of which nobody else knows')
const number = fc.integer({ min: 10_000_000, max: 999_999_999 }).map((digits) => `+49${digits}`)

describe('the place of a number', () => {
  it('is the same whenever it is asked for, in one of 16,384 buckets, by a score that Redis keeps in three bytes', () => {
    fc.assert(
      fc.property(number, (each) => {
        const { bucket, score } = placeOfNumber(key, each)
        expect(placeOfNumber(key, each)).toEqual({ bucket, score })
        expect(bucket).toMatch(/^[0-3][0-9a-f]{3}$/)
        expect(score).toBeGreaterThanOrEqual(-(2 ** 23))
        expect(score).toBeLessThan(2 ** 23)
      }),
    )
  })

  it('is the one by which an older version has placed callbacks', () => {
    const numbers = ['+4366412345678', '+18445791189', '+491711234567', '+493012345']
    expect(numbers.map((each) => placeOfNumber(key, each))).toEqual([
      { bucket: '3ced', score: -399_432 },
      { bucket: '371a', score: -7_996_804 },
      { bucket: '279b', score: -1_374_155 },
      { bucket: '24e6', score: 1_528_722 },
    ])
  })

  it('is nearly never shared: not by one of ten thousand', () => {
    const numbers = Array.from({ length: 10_000 }, (_, n) => `+4366412${30_000 + n}`)
    const places = numbers.map((each) => JSON.stringify(placeOfNumber(key, each)))
    expect(new Set(places).size).toBe(numbers.length)
  })

  it('is another one under another key, and than that of a call of the same name', () => {
    fc.assert(
      fc.property(number, (each) => {
        const place = placeOfNumber(key, each)
        expect(placeOfNumber(other, each)).not.toEqual(place)
        expect(placeOfCall(key, each)).not.toEqual(place)
      }),
    )
  })

  it('fills the buckets evenly, so that those of a million callbacks stay small', () => {
    const counts = new Map<string, number>()
    for (let n = 0; n < 100_000; n += 1) {
      const { bucket } = placeOfNumber(key, `+4366${1_000_000 + n}`)
      counts.set(bucket, (counts.get(bucket) ?? 0) + 1)
    }
    // Six on average.
    expect(Math.max(...counts.values())).toBeLessThan(30)
  })
})

describe('the place of a call', () => {
  it('is one for both forms of a Salesforce id, once they are canonical', () => {
    const places = ['0LQRM0000006CSz', '0LQRM0000006CSz4AM'].map((callId) =>
      placeOfCall(key, canonicalCallId(callId)),
    )
    expect(places[0]).toEqual(places[1])
  })
})

describe('what is stored of a callback', () => {
  it('says nothing of the number and the call, nor of the key', () => {
    fc.assert(
      fc.property(number, (callbackNumber) => {
        const places = placesOf(key, { callId: 'call-1', callbackNumber })
        const text = JSON.stringify(places)
        expect(text).not.toContain(callbackNumber.slice(-7))
        expect(text).not.toContain('call-1')
        expect(text).not.toContain(key.secret)
      }),
    )
  })
})
