import type { DeadReason } from '../../../src/shared/contract/states.ts'
import { describe, expect, it } from 'vitest'

import { isoTimestamp } from '../../../src/shared/time/timestamp.ts'
import {
  keepsItsPromises,
  reckon,
  type BookingFact,
  type Broken,
  type Entry,
  type Evidence,
  type Told,
} from '../../soak/reckoning.ts'

const number = '+12000000001'
const acceptedMs = 1_000
const nothingBroken: Broken = {
  lost: [],
  unmarkedDuplicates: [],
  sentUndecided: [],
  bookedByNothing: [],
  bookedInSilence: [],
  untold: [],
  notAccepted: [],
  underAnotherId: [],
  sentAfterDiscard: [],
}

function entry(id: string, changes: Partial<Entry> = {}): Entry {
  return {
    ...{ id, state: 'booked', recordId: `R-${id}`, reason: undefined },
    ...{
      generation: 1,
      acceptedAt: isoTimestamp(acceptedMs),
      otherRecordIds: [],
      possibleDuplicate: false,
      verified: false,
    },
    intent: { callbackNumber: number },
    ...changes,
  }
}

function dead(id: string, reason: DeadReason, changes: Partial<Entry> = {}): Entry {
  return entry(id, { state: 'dead', reason, recordId: undefined, ...changes })
}

function booking(callId: string, recordId = `R-${callId}`, callbackNumber = number): BookingFact {
  return { recordId, callId, callbackNumber }
}

function told({ id, state, recordId, reason, possibleDuplicate }: Entry): Told {
  return { id, submittedId: undefined, state, recordId, reason, possibleDuplicate }
}

function afterwards(id: string): Map<string, number> {
  return new Map([[id, acceptedMs + 1]])
}

/** All was accepted, and the results say what the ledger says. */
function evidence(
  entries: readonly Entry[],
  bookings: readonly BookingFact[],
  changes: Partial<Evidence> = {},
): Evidence {
  const toBeAccepted = entries.map(({ id }) => id)
  return {
    ...{ toBeAccepted, bookings, results: entries.map(told) },
    known: new Set(toBeAccepted),
    discarded: new Map(),
    accepted: new Map(toBeAccepted.map((id) => [id, 'retry'])),
    ledger: new Map(entries.map((each) => [each.id, each])),
    ...changes,
  }
}

/** What is broken, and that it does not pass. */
function brokenIn(given: Evidence): Broken {
  const reckoning = reckon(given)
  expect(keepsItsPromises(reckoning)).toBe(false)
  return reckoning.broken
}

describe('what is counted', () => {
  it('is how the accepted callbacks ended, each by its reason', () => {
    const entries = [
      ...[entry('a'), entry('b'), dead('c', 'refused'), dead('d', 'uncertain')],
      entry('e', { state: 'cancelled', recordId: undefined }),
    ]
    const reckoning = reckon(evidence(entries, [booking('a'), booking('b')]))
    expect(reckoning.tallies.retry).toEqual({
      ...{ accepted: 5, booked: 2, cancelled: 1, possibleDuplicates: 0, duplicates: 0 },
      dead: { invalid: 0, refused: 1, exhausted: 0, expired: 0, uncertain: 1 },
    })
    expect(reckoning.broken).toEqual(nothingBroken)
    expect(keepsItsPromises(reckoning)).toBe(true)
  })

  it('is every callback that carries the mark, booked twice or not', () => {
    const marked = [
      entry('a', { possibleDuplicate: true }),
      entry('b', { possibleDuplicate: true }),
    ]
    const bookings = [booking('a', 'R-0'), booking('a'), booking('b')]
    const reckoning = reckon(evidence(marked, bookings))
    expect(reckoning.tallies.retry).toMatchObject({ possibleDuplicates: 2, duplicates: 1 })
    expect(keepsItsPromises(reckoning)).toBe(true)
  })

  it('is counted for the destination that accepted it', () => {
    const accepted = new Map([['a', 'hold'] as const])
    const { tallies } = reckon(evidence([entry('a')], [booking('a')], { accepted }))
    expect([tallies.retry.booked, tallies.hold.booked]).toEqual([0, 1])
  })
})

it('a callback that was handed in has to be accepted', () => {
  const given = evidence([], [], { toBeAccepted: ['a'] })
  expect(brokenIn(given)).toEqual({ ...nothingBroken, notAccepted: ['a'] })
})

describe('a stray', () => {
  const buried = dead('inbox-1-0', 'invalid')
  const known = new Set(['a'])

  it('has its one end under the id that its producer knows', () => {
    const given = evidence([entry('a')], [booking('a')], {
      results: [told(buried), told(entry('a'))],
    })
    expect(brokenIn(given)).toEqual({ ...nothingBroken, underAnotherId: ['inbox-1-0'] })
  })

  it('that is wrong, and was sent twice, is told the second time with the id that was submitted', () => {
    const again = { ...told(buried), submittedId: 'a' }
    const given = evidence([], [], { known, results: [told(dead('a', 'invalid')), again] })
    expect(reckon(given).broken).toEqual(nothingBroken)
  })

  it('is not excused by a submitted id that nobody has given', () => {
    const again = { ...told(buried), submittedId: 'b' }
    const given = evidence([], [], { known, results: [again] })
    expect(brokenIn(given).underAnotherId).toEqual(['inbox-1-0'])
  })

  it('may be told before its producer had an answer', () => {
    const given = evidence([], [], { known, results: [told(dead('a', 'invalid'))] })
    expect(reckon(given).broken).toEqual(nothingBroken)
  })

  it.each([
    ['was sent after all', entry('a'), [booking('a')]],
    ['waits to be sent', entry('a', { state: 'scheduled', recordId: undefined }), []],
  ])('breaks the promise of a discard when it %s', (_, each, bookings) => {
    const given = evidence([each], bookings, { discarded: afterwards('a') })
    expect(brokenIn(given).sentAfterDiscard).toEqual(['a'])
  })

  it('is a new promise when it is handed in again after the discard', () => {
    const discarded = new Map([['a', acceptedMs - 1]])
    const given = evidence([entry('a')], [booking('a')], { discarded })
    expect(reckon(given).broken).toEqual(nothingBroken)
  })

  it('keeps it when it stays dead', () => {
    const given = evidence([dead('a', 'invalid')], [], { discarded: afterwards('a') })
    expect(reckon(given).broken).toEqual(nothingBroken)
  })

  it('breaks it when it was discarded under another id than its own', () => {
    const given = evidence([entry('a')], [booking('a')], { discarded: afterwards('inbox-1-0') })
    expect(brokenIn(given)).toEqual({ ...nothingBroken, sentAfterDiscard: ['inbox-1-0'] })
  })
})

describe('a callback is lost', () => {
  it.each(['accepted', 'scheduled', 'attempting', 'retrying'] as const)(
    'when it is still %s in the end',
    (state) => {
      const given = evidence([entry('a', { state, recordId: undefined })], [], { results: [] })
      expect(brokenIn(given)).toEqual({ ...nothingBroken, lost: ['a'] })
    },
  )

  it('when the ledger does not know it at all', () => {
    const given = evidence([entry('a')], [booking('a')], { ledger: new Map(), results: [] })
    expect(brokenIn(given)).toEqual({ ...nothingBroken, lost: ['a'] })
  })
})

describe('a callback that Salesforce has twice', () => {
  const twice = [booking('a', 'R-0'), booking('a')]

  it('breaks the promise when the ledger knows nothing of it', () => {
    expect(brokenIn(evidence([entry('a')], twice)).unmarkedDuplicates).toEqual(['a'])
  })

  it('breaks it too when nobody accepted it and no ledger is there', () => {
    expect(brokenIn(evidence([], twice)).unmarkedDuplicates).toEqual(['a'])
  })

  it.each([
    ['carries the mark', { possibleDuplicate: true }],
    ['names the other ContactRequest', { otherRecordIds: ['R-0'] }],
  ])('keeps it when its ledger %s', (_, changes) => {
    const reckoning = reckon(evidence([entry('a', changes)], twice))
    expect(reckoning.tallies.retry.duplicates).toBe(1)
    expect(reckoning.broken).toEqual(nothingBroken)
  })

  it('breaks it when Salesforce has one more than the ledger names', () => {
    const bookings = [...twice, booking('a', 'R-1')]
    const given = evidence([entry('a', { otherRecordIds: ['R-0'] })], bookings)
    expect(brokenIn(given).unmarkedDuplicates).toEqual(['a'])
  })
})

describe('a callback that is held in doubt, and that Salesforce has twice', () => {
  const marked = { possibleDuplicate: true }
  const twice = [booking('a', 'R-0'), booking('a')]
  const accepted = new Map([['a', 'hold'] as const])

  it('breaks the promise of the policy when nobody had decided', () => {
    const given = evidence([entry('a', marked)], twice, { accepted })
    expect(brokenIn(given)).toEqual({ ...nothingBroken, sentUndecided: ['a'] })
  })

  it('keeps it when somebody had', () => {
    const given = evidence([entry('a', { ...marked, generation: 2 })], twice, { accepted })
    expect(reckon(given).broken).toEqual(nothingBroken)
  })
})

describe('two callbacks of one customer', () => {
  const taken = entry('b', { recordId: 'R-0', verified: true })
  const bookings = [booking('a', 'R-0'), booking('a')]

  it('may be taken for each other by a search: each has one ContactRequest', () => {
    const reckoning = reckon(evidence([entry('a'), taken], bookings))
    expect(reckoning).toMatchObject({ takenForEachOther: 1, broken: nothingBroken })
    expect(keepsItsPromises(reckoning)).toBe(true)
  })

  it.each([
    ['their numbers are not the same', { intent: { callbackNumber: '+12000000002' } }],
    ['an answer, and no search, is said to have named it', { verified: false }],
  ])('may not when %s', (_, changes) => {
    const given = evidence([entry('a'), { ...taken, ...changes }], bookings)
    expect(brokenIn(given).bookedByNothing).toEqual(['b'])
  })
})

describe('a callback is booked by nothing', () => {
  it.each([
    ['Salesforce does not have what its ledger names', { recordId: 'R-9' }],
    ['its ledger names nothing', { recordId: undefined }],
    ['the second ContactRequest is not there', { otherRecordIds: ['R-9'] }],
    ['the second ContactRequest is another callback’s', { otherRecordIds: ['R-b'] }],
  ])('when %s', (_, changes) => {
    const given = evidence([entry('a', changes), entry('b')], [booking('a'), booking('b')])
    expect(brokenIn(given).bookedByNothing).toEqual(['a'])
  })
})

describe('a callback that died, and that Salesforce has', () => {
  it.each(['refused', 'exhausted', 'expired'] as const)(
    'is booked in silence when it died as %s',
    (reason) => {
      const given = evidence([dead('a', reason)], [booking('a')])
      expect(brokenIn(given)).toEqual({ ...nothingBroken, bookedInSilence: ['a'] })
    },
  )

  it.each([
    ['died of the doubt', dead('a', 'uncertain')],
    ['carries the mark', dead('a', 'exhausted', { possibleDuplicate: true })],
  ])('is no surprise when it %s', (_, each) => {
    expect(reckon(evidence([each], [booking('a')])).broken).toEqual(nothingBroken)
  })
})

describe('the results have told an end', () => {
  const booked = entry('a')
  const untold = (each: Entry, results: readonly Told[]) =>
    brokenIn(evidence([each], [booking('a'), booking('a', 'R-0')], { results })).untold

  it('when the last one says it, whatever was told before', () => {
    const results = [told(dead('a', 'refused')), told(booked)]
    expect(reckon(evidence([booked], [booking('a')], { results })).broken).toEqual(nothingBroken)
  })

  it('when a second booking was told after it', () => {
    const second = entry('a', { otherRecordIds: ['R-0'], possibleDuplicate: true })
    const results = [told(booked), told({ ...second, recordId: 'R-0' })]
    const bookings = [booking('a'), booking('a', 'R-0')]
    expect(reckon(evidence([second], bookings, { results })).broken).toEqual(nothingBroken)
  })

  it.each([
    ['nothing was told', []],
    ['another end was told', [told(dead('a', 'refused'))]],
    ['another ContactRequest was told', [told({ ...booked, recordId: 'R-0' })]],
    ['the mark was not told', [told({ ...booked, possibleDuplicate: false })]],
  ])('not when %s', (_, results) => {
    expect(untold({ ...booked, possibleDuplicate: true }, results)).toEqual(['a'])
  })
})
