import type { DeadReason } from '../../../src/shared/contract/states.ts'
import { describe, expect, it } from 'vitest'

import { isoTimestamp } from '../../../src/shared/time/timestamp.ts'
import {
  hasNoViolations,
  auditRun,
  type BookingFact,
  type Violations,
  type Entry,
  type Evidence,
  type PublishedEnd,
} from '../../soak/audit.ts'

const number = '+12000000001'
const acceptedMs = 1_000
const noViolations: Violations = {
  lost: [],
  unmarkedDuplicates: [],
  sentUndecided: [],
  bookedByNothing: [],
  bookedInSilence: [],
  unpublished: [],
  notAccepted: [],
  underAnotherId: [],
  sentAfterDiscard: [],
}

function entry(id: string, changes: Partial<Entry> = {}): Entry {
  return {
    id,
    state: 'booked',
    recordId: `R-${id}`,
    reason: undefined,
    generation: 1,
    acceptedAt: isoTimestamp(acceptedMs),
    otherRecordIds: [],
    possibleDuplicate: false,
    verified: false,
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

function published({ id, state, recordId, reason, possibleDuplicate }: Entry): PublishedEnd {
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
    toBeAccepted,
    bookings,
    results: entries.map(published),
    known: new Set(toBeAccepted),
    discarded: new Map(),
    accepted: new Map(toBeAccepted.map((id) => [id, 'retry'])),
    ledger: new Map(entries.map((each) => [each.id, each])),
    ...changes,
  }
}

/** What was violated, and that it does not pass. */
function violationsIn(given: Evidence): Violations {
  const audit = auditRun(given)
  expect(hasNoViolations(audit)).toBe(false)
  return audit.violations
}

describe('what is counted', () => {
  it('is how the accepted callbacks ended, each by its reason', () => {
    const entries = [
      ...[entry('a'), entry('b'), dead('c', 'refused'), dead('d', 'uncertain')],
      entry('e', { state: 'cancelled', recordId: undefined }),
    ]
    const audit = auditRun(evidence(entries, [booking('a'), booking('b')]))
    expect(audit.tallies.retry).toEqual({
      accepted: 5,
      booked: 2,
      cancelled: 1,
      possibleDuplicates: 0,
      duplicates: 0,
      dead: { invalid: 0, refused: 1, exhausted: 0, expired: 0, uncertain: 1 },
    })
    expect(audit.violations).toEqual(noViolations)
    expect(hasNoViolations(audit)).toBe(true)
  })

  it('is every callback that carries the mark, booked twice or not', () => {
    const marked = [
      entry('a', { possibleDuplicate: true }),
      entry('b', { possibleDuplicate: true }),
    ]
    const bookings = [booking('a', 'R-0'), booking('a'), booking('b')]
    const audit = auditRun(evidence(marked, bookings))
    expect(audit.tallies.retry).toMatchObject({ possibleDuplicates: 2, duplicates: 1 })
    expect(hasNoViolations(audit)).toBe(true)
  })

  it('is counted for the destination that accepted it', () => {
    const accepted = new Map([['a', 'hold'] as const])
    const { tallies } = auditRun(evidence([entry('a')], [booking('a')], { accepted }))
    expect([tallies.retry.booked, tallies.hold.booked]).toEqual([0, 1])
  })
})

it('a callback that was submitted has to be accepted', () => {
  const given = evidence([], [], { toBeAccepted: ['a'] })
  expect(violationsIn(given)).toEqual({ ...noViolations, notAccepted: ['a'] })
})

describe('a stray', () => {
  const buried = dead('inbox-1-0', 'invalid')
  const known = new Set(['a'])

  it('has its one end under the id that its producer knows', () => {
    const given = evidence([entry('a')], [booking('a')], {
      results: [published(buried), published(entry('a'))],
    })
    expect(violationsIn(given)).toEqual({ ...noViolations, underAnotherId: ['inbox-1-0'] })
  })

  it('that is invalid, and was sent twice, is published the second time with the id that was submitted', () => {
    const again = { ...published(buried), submittedId: 'a' }
    const given = evidence([], [], { known, results: [published(dead('a', 'invalid')), again] })
    expect(auditRun(given).violations).toEqual(noViolations)
  })

  it('is not excused by a submitted id that nobody has given', () => {
    const again = { ...published(buried), submittedId: 'b' }
    const given = evidence([], [], { known, results: [again] })
    expect(violationsIn(given).underAnotherId).toEqual(['inbox-1-0'])
  })

  it('may be published before its producer had an answer', () => {
    const given = evidence([], [], { known, results: [published(dead('a', 'invalid'))] })
    expect(auditRun(given).violations).toEqual(noViolations)
  })

  it.each([
    ['was sent after all', entry('a'), [booking('a')]],
    ['waits to be sent', entry('a', { state: 'scheduled', recordId: undefined }), []],
  ])('breaks the promise of a discard when it %s', (_, each, bookings) => {
    const given = evidence([each], bookings, { discarded: afterwards('a') })
    expect(violationsIn(given).sentAfterDiscard).toEqual(['a'])
  })

  it('is a new promise when it is submitted again after the discard', () => {
    const discarded = new Map([['a', acceptedMs - 1]])
    const given = evidence([entry('a')], [booking('a')], { discarded })
    expect(auditRun(given).violations).toEqual(noViolations)
  })

  it('keeps it when it stays dead', () => {
    const given = evidence([dead('a', 'invalid')], [], { discarded: afterwards('a') })
    expect(auditRun(given).violations).toEqual(noViolations)
  })

  it('breaks it when it was discarded under another id than its own', () => {
    const given = evidence([entry('a')], [booking('a')], { discarded: afterwards('inbox-1-0') })
    expect(violationsIn(given)).toEqual({ ...noViolations, sentAfterDiscard: ['inbox-1-0'] })
  })
})

describe('a callback is lost', () => {
  it.each(['accepted', 'scheduled', 'attempting', 'retrying'] as const)(
    'when it is still %s in the end',
    (state) => {
      const given = evidence([entry('a', { state, recordId: undefined })], [], { results: [] })
      expect(violationsIn(given)).toEqual({ ...noViolations, lost: ['a'] })
    },
  )

  it('when the ledger does not know it at all', () => {
    const given = evidence([entry('a')], [booking('a')], { ledger: new Map(), results: [] })
    expect(violationsIn(given)).toEqual({ ...noViolations, lost: ['a'] })
  })
})

describe('a callback that Salesforce has twice', () => {
  const twice = [booking('a', 'R-0'), booking('a')]

  it('breaks the promise when the ledger knows nothing of it', () => {
    expect(violationsIn(evidence([entry('a')], twice)).unmarkedDuplicates).toEqual(['a'])
  })

  it('breaks it too when nobody accepted it and no ledger is there', () => {
    expect(violationsIn(evidence([], twice)).unmarkedDuplicates).toEqual(['a'])
  })

  it.each([
    ['carries the mark', { possibleDuplicate: true }],
    ['names the other ContactRequest', { otherRecordIds: ['R-0'] }],
  ])('keeps it when its ledger %s', (_, changes) => {
    const audit = auditRun(evidence([entry('a', changes)], twice))
    expect(audit.tallies.retry.duplicates).toBe(1)
    expect(audit.violations).toEqual(noViolations)
  })

  it('breaks it when Salesforce has one more than the ledger names', () => {
    const bookings = [...twice, booking('a', 'R-1')]
    const given = evidence([entry('a', { otherRecordIds: ['R-0'] })], bookings)
    expect(violationsIn(given).unmarkedDuplicates).toEqual(['a'])
  })
})

describe('a callback that is held in doubt, and that Salesforce has twice', () => {
  const marked = { possibleDuplicate: true }
  const twice = [booking('a', 'R-0'), booking('a')]
  const accepted = new Map([['a', 'hold'] as const])

  it('breaks the promise of the policy when nobody had decided', () => {
    const given = evidence([entry('a', marked)], twice, { accepted })
    expect(violationsIn(given)).toEqual({ ...noViolations, sentUndecided: ['a'] })
  })

  it('keeps it when somebody had', () => {
    const given = evidence([entry('a', { ...marked, generation: 2 })], twice, { accepted })
    expect(auditRun(given).violations).toEqual(noViolations)
  })
})

describe('two callbacks of one customer', () => {
  const taken = entry('b', { recordId: 'R-0', verified: true })
  const bookings = [booking('a', 'R-0'), booking('a')]

  it('may be mixed up by a search: each has one ContactRequest', () => {
    const audit = auditRun(evidence([entry('a'), taken], bookings))
    expect(audit).toMatchObject({ mixedUp: 1, violations: noViolations })
    expect(hasNoViolations(audit)).toBe(true)
  })

  it.each([
    ['their numbers are not the same', { intent: { callbackNumber: '+12000000002' } }],
    ['an answer, and no search, is said to have named it', { verified: false }],
  ])('may not when %s', (_, changes) => {
    const given = evidence([entry('a'), { ...taken, ...changes }], bookings)
    expect(violationsIn(given).bookedByNothing).toEqual(['b'])
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
    expect(violationsIn(given).bookedByNothing).toEqual(['a'])
  })
})

describe('a callback that died, and that Salesforce has', () => {
  it.each(['refused', 'exhausted', 'expired'] as const)(
    'is booked in silence when it died as %s',
    (reason) => {
      const given = evidence([dead('a', reason)], [booking('a')])
      expect(violationsIn(given)).toEqual({ ...noViolations, bookedInSilence: ['a'] })
    },
  )

  it('is booked in silence when it was cancelled', () => {
    const cancelled = entry('a', { state: 'cancelled', recordId: undefined })
    const given = evidence([cancelled], [booking('a')])
    expect(violationsIn(given)).toEqual({ ...noViolations, bookedInSilence: ['a'] })
  })

  it.each([
    ['died of the doubt', dead('a', 'uncertain')],
    ['carries the mark', dead('a', 'exhausted', { possibleDuplicate: true })],
  ])('is not a surprise when it %s', (_, each) => {
    expect(auditRun(evidence([each], [booking('a')])).violations).toEqual(noViolations)
  })
})

describe('the results have an end', () => {
  const booked = entry('a')
  const unpublished = (each: Entry, results: readonly PublishedEnd[]) =>
    violationsIn(evidence([each], [booking('a'), booking('a', 'R-0')], { results })).unpublished

  it('when the last one says it, whatever was published before', () => {
    const results = [published(dead('a', 'refused')), published(booked)]
    expect(auditRun(evidence([booked], [booking('a')], { results })).violations).toEqual(
      noViolations,
    )
  })

  it('when a second booking was published after it', () => {
    const second = entry('a', { otherRecordIds: ['R-0'], possibleDuplicate: true })
    const results = [published(booked), published({ ...second, recordId: 'R-0' })]
    const bookings = [booking('a'), booking('a', 'R-0')]
    expect(auditRun(evidence([second], bookings, { results })).violations).toEqual(noViolations)
  })

  it.each([
    ['nothing was published', []],
    ['another end was published', [published(dead('a', 'refused'))]],
    ['another ContactRequest was published', [published({ ...booked, recordId: 'R-0' })]],
    ['the mark was not published', [published({ ...booked, possibleDuplicate: false })]],
  ])('not when %s', (_, results) => {
    expect(unpublished({ ...booked, possibleDuplicate: true }, results)).toEqual(['a'])
  })
})
