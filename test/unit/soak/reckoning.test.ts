import { describe, expect, it } from 'vitest'

import {
  keepsItsPromises,
  reckon,
  type BookingFact,
  type Entry,
  type Evidence,
} from '../../soak/reckoning.ts'

const number = '+12000000001'

function entry(id: string, changes: Partial<Entry> = {}): Entry {
  const booked = { state: 'booked', recordId: `R-${id}`, reason: undefined } as const
  return { id, ...booked, otherRecordIds: [], possibleDuplicate: false, ...changes }
}

function dead(id: string, reason: string, changes: Partial<Entry> = {}): Entry {
  return entry(id, { state: 'dead', reason, recordId: undefined, ...changes })
}

function booking(callId: string, recordId = `R-${callId}`, callbackNumber = number): BookingFact {
  return { recordId, callId, callbackNumber }
}

function evidence(entries: readonly Entry[], bookings: readonly BookingFact[]): Evidence {
  const accepted = entries.map(({ id }) => id)
  return { accepted, bookings, ledger: new Map(entries.map((each) => [each.id, each])) }
}

describe('what is counted', () => {
  it('is how the accepted callbacks ended, each by its reason', () => {
    const entries = [
      ...[entry('a'), entry('b'), dead('c', 'refused'), dead('d', 'uncertain')],
      entry('e', { state: 'cancelled', recordId: undefined }),
    ]
    const reckoning = reckon(evidence(entries, [booking('a'), booking('b')]))
    expect(reckoning).toMatchObject({ accepted: 5, booked: 2, cancelled: 1, duplicates: 0 })
    expect(reckoning.dead).toEqual({
      invalid: 0,
      refused: 1,
      exhausted: 0,
      expired: 0,
      uncertain: 1,
    })
    expect(keepsItsPromises(reckoning)).toBe(true)
  })

  it('is every callback that carries the mark, booked twice or not', () => {
    const marked = [
      entry('a', { possibleDuplicate: true }),
      entry('b', { possibleDuplicate: true }),
    ]
    const bookings = [booking('a', 'R-0'), booking('a'), booking('b')]
    const reckoning = reckon(evidence(marked, bookings))
    expect(reckoning).toMatchObject({ possibleDuplicates: 2, duplicates: 1 })
    expect(keepsItsPromises(reckoning)).toBe(true)
  })
})

describe('a callback is lost', () => {
  it.each(['accepted', 'scheduled', 'attempting', 'retrying'] as const)(
    'when it is still %s in the end',
    (state) => {
      const reckoning = reckon(evidence([entry('a', { state, recordId: undefined })], []))
      expect(reckoning.lost).toEqual(['a'])
      expect(keepsItsPromises(reckoning)).toBe(false)
    },
  )

  it('when the ledger does not know it at all', () => {
    const reckoning = reckon({ accepted: ['a'], ledger: new Map(), bookings: [] })
    expect(reckoning.lost).toEqual(['a'])
  })
})

describe('a callback that Salesforce has twice', () => {
  const twice = [booking('a', 'R-0'), booking('a')]

  it('breaks the promise when the ledger knows nothing of it', () => {
    const reckoning = reckon(evidence([entry('a')], twice))
    expect(reckoning.unmarkedDuplicates).toEqual(['a'])
    expect(keepsItsPromises(reckoning)).toBe(false)
  })

  it('breaks it too when no ledger is there', () => {
    const reckoning = reckon({ accepted: [], ledger: new Map(), bookings: twice })
    expect(reckoning.unmarkedDuplicates).toEqual(['a'])
  })

  it.each([
    ['carries the mark', { possibleDuplicate: true }],
    ['names the other ContactRequest', { otherRecordIds: ['R-0'] }],
  ])('keeps it when its ledger %s', (_, changes) => {
    const reckoning = reckon(evidence([entry('a', changes)], twice))
    expect(reckoning).toMatchObject({ unmarkedDuplicates: [], duplicates: 1 })
  })

  it('breaks it when Salesforce has one more than the ledger names', () => {
    const bookings = [...twice, booking('a', 'R-1')]
    const reckoning = reckon(evidence([entry('a', { otherRecordIds: ['R-0'] })], bookings))
    expect(reckoning.unmarkedDuplicates).toEqual(['a'])
  })
})

describe('two callbacks of one customer', () => {
  const taken = entry('b', { recordId: 'R-0' })

  it('may be taken for each other by a search: each has one ContactRequest', () => {
    const reckoning = reckon(evidence([entry('a'), taken], [booking('a', 'R-0'), booking('a')]))
    expect(reckoning).toMatchObject({ duplicates: 1, takenForEachOther: 1 })
    expect(keepsItsPromises(reckoning)).toBe(true)
  })

  it('are told apart when their numbers are not the same', () => {
    const bookings = [booking('a', 'R-0'), booking('a'), booking('b', 'R-9', '+12000000002')]
    const reckoning = reckon(evidence([entry('a'), taken], bookings))
    expect(reckoning.bookedByNothing).toEqual(['b'])
  })
})

it('a callback is booked by nothing when Salesforce does not have what its ledger names', () => {
  const reckoning = reckon(evidence([entry('a')], [booking('a', 'R-9')]))
  expect(reckoning.bookedByNothing).toEqual(['a'])
  expect(keepsItsPromises(reckoning)).toBe(false)
})

describe('a callback that died, and that Salesforce has', () => {
  it.each(['refused', 'exhausted', 'expired'])(
    'is booked in silence when it died as %s',
    (reason) => {
      const reckoning = reckon(evidence([dead('a', reason)], [booking('a')]))
      expect(reckoning.bookedInSilence).toEqual(['a'])
      expect(keepsItsPromises(reckoning)).toBe(false)
    },
  )

  it.each([
    ['died of the doubt', dead('a', 'uncertain')],
    ['carries the mark', dead('a', 'exhausted', { possibleDuplicate: true })],
  ])('is no surprise when it %s', (_, each) => {
    expect(reckon(evidence([each], [booking('a')])).bookedInSilence).toEqual([])
  })
})
