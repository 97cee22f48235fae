import { describe, expect, it } from 'vitest'

import type { Candidate } from '../../../../../src/shared/store/runs/candidate.ts'
import { printOf, type RunFilter } from '../../../../../src/shared/store/runs/run-filter.ts'
import { choose, type Selection } from '../../../../../src/shared/store/runs/select.ts'
import { numberPrintOf } from '../../../../../src/shared/store/ledger/places.ts'
import { testNumberKey } from '../../../../support/number-key.ts'

const diedAt = '2026-02-26T15:40:52.000Z'
const diedAtMs = Date.parse(diedAt)
const intent = {
  id: 'one',
  callId: 'call-1',
  callbackNumber: '+18445791189',
  attributes: { queue: 'sales' },
}

const letter: Candidate = {
  id: 'one',
  position: 'anywhere',
  endedAtMs: diedAtMs,
  state: 'dead',
  reason: 'exhausted',
  code: 'connect',
  message: 'No connection: refused.',
  attempts: 3,
  recordIds: [],
  acceptedAt: '2026-02-26T14:00:00.000Z',
  updatedAt: diedAt,
  expiresAt: undefined,
  possibleDuplicate: false,
  isDiscarded: false,
  isCancelled: false,
  generation: 1,
  runId: undefined,
  intent: JSON.stringify(intent),
  numberPrint: undefined,
  isWhole: true,
}

function chosen(
  given: Partial<Candidate>,
  {
    filter,
    ...selection
  }: Omit<Partial<Selection>, 'filter'> & { filter?: Partial<RunFilter> } = {},
) {
  return choose(
    { ...letter, ...given },
    {
      kind: 'redrive',
      runId: 'redrive-1',
      nowMs: diedAtMs + 1_000,
      ...selection,
      filter: { possibleDuplicates: false, ...filter },
    },
  )
}

describe('a filter', () => {
  const acceptedAtMs = Date.parse(letter.acceptedAt)
  const filters: [string, Partial<RunFilter>, Partial<RunFilter>][] = [
    ['reason', { reason: 'exhausted' }, { reason: 'refused' }],
    ['code', { code: 'connect' }, { code: 'timeout' }],
    ['text', { text: 'refused' }, { text: 'reset' }],
    ['state', { state: 'dead' }, { state: 'booked' }],
    ['since', { sinceMs: diedAtMs }, { sinceMs: diedAtMs + 1 }],
    ['until', { untilMs: diedAtMs + 1 }, { untilMs: diedAtMs }],
    ['accepted since', { acceptedSinceMs: acceptedAtMs }, { acceptedSinceMs: acceptedAtMs + 1 }],
    ['accepted until', { acceptedUntilMs: acceptedAtMs + 1 }, { acceptedUntilMs: acceptedAtMs }],
    ['number', { number: printOf('+18445791189') }, { number: printOf('+18445791180') }],
    ['attribute', attribute('queue', 'sales'), attribute('queue', 'service')],
    ['name of an attribute', attribute('queue', 'sales'), attribute('__proto__', 'sales')],
  ]

  it.each(filters)('by %s takes what matches, and nothing else', (_, same, other) => {
    expect(chosen({}, { filter: same })).toBe('taken')
    expect(chosen({}, { filter: other })).toBe('other')
  })

  it('by number takes what has no attributes as well', () => {
    const intent = JSON.stringify({ id: 'one', callId: 'c', callbackNumber: '+18445791189' })
    const filter = { number: printOf('+18445791189') }
    expect(chosen({ intent }, { filter })).toBe('taken')
  })

  it('by what stands for a number takes sealed ones, and with the key those in the clear', () => {
    const [print, other] = ['+18445791189', '+18445791180'].map((number) =>
      numberPrintOf(testNumberKey, number),
    )
    const sealed = JSON.stringify({ id: 'one', callId: 'c', callbackNumber: 'eyJh.b.c.d.e' })
    const filter = { numberPrint: print ?? '' }
    expect(chosen({ intent: sealed, numberPrint: print }, { filter })).toBe('taken')
    expect(chosen({ intent: sealed, numberPrint: other }, { filter })).toBe('other')
    expect(chosen({ intent: sealed }, { filter })).toBe('other')
    expect(chosen({}, { filter })).toBe('other')
    expect(chosen({}, { filter, numberKey: testNumberKey })).toBe('taken')
  })

  it('of a customer takes nothing whose intent cannot be read', () => {
    const filter = { number: printOf('+18445791189') }
    expect(chosen({ intent: 'no JSON' }, { filter })).toBe('other')
    expect(chosen({ intent: undefined }, { filter })).toBe('other')
  })
})

function attribute(name: string, value: string): Partial<RunFilter> {
  return { attributes: [{ name, value: printOf(value) }] }
}

describe('a redrive', () => {
  it.each([
    ['was sent by it before', { runId: 'redrive-1' }],
    ['was redriven by somebody', { state: 'scheduled' }],
    ['was discarded', { isDiscarded: true }],
    ['was forgotten', { state: undefined }],
  ])('leaves out what %s', (_, given) => {
    expect(chosen(given)).toBe('gone')
  })

  it('takes what another run has sent', () => {
    expect(chosen({ runId: 'redrive-2' })).toBe('taken')
  })

  it('leaves out what is past its expiresAt', () => {
    const expiresAt = '2026-02-26T15:40:53.000Z'
    expect(chosen({ expiresAt })).toBe('expired')
    expect(chosen({ expiresAt }, { nowMs: diedAtMs })).toBe('taken')
  })

  it.each([{ possibleDuplicate: true }, { reason: 'uncertain' }])(
    'leaves out what may be booked (%j) unless it is asked for',
    (given) => {
      expect(chosen(given)).toBe('may-be-booked')
      expect(chosen(given, { filter: { possibleDuplicates: true } })).toBe('taken')
    },
  )

  it.each([
    { isWhole: false },
    { intent: undefined, code: 'no-intent-field' },
    { intent: undefined, code: 'repeated-intent-field' },
  ])('leaves out what cannot be sent again (%j)', (given) => {
    expect(chosen(given)).toBe('unsendable')
  })

  it('takes what never was an intent, to be judged anew', () => {
    expect(chosen({ intent: undefined, code: 'invalid-json' })).toBe('taken')
  })
})

describe('a replay', () => {
  it('takes what was booked, though it was', () => {
    const booked = { state: 'booked', reason: undefined, possibleDuplicate: true }
    expect(chosen(booked, { kind: 'replay' })).toBe('taken')
  })

  it('takes each callback once: by its last end', () => {
    const earlier = { endedAtMs: diedAtMs - 1 }
    expect(chosen(earlier, { kind: 'replay' })).toBe('gone')
  })

  it('leaves out what somebody has cancelled', () => {
    expect(chosen({ state: 'cancelled' }, { kind: 'replay' })).toBe('gone')
  })
})

describe('a discard', () => {
  it('takes whatever matches, whether it could be sent or not', () => {
    const given = { isWhole: false, reason: 'uncertain', expiresAt: diedAt }
    expect(chosen(given, { kind: 'discard' })).toBe('taken')
  })
})

describe('a cancel', () => {
  const cancelled = (given: Partial<Candidate>) => chosen(given, { kind: 'cancel' })

  it.each(['accepted', 'scheduled', 'attempting', 'retrying'])('is about what is %s', (state) => {
    expect(cancelled({ state, reason: undefined })).toBe('taken')
  })

  it.each(['booked', 'dead', 'cancelled', undefined])('is not about what is %s', (state) => {
    expect(cancelled({ state })).toBe('gone')
  })

  it('is not about what somebody has cancelled while an attempt was under way', () => {
    expect(cancelled({ state: 'attempting', isCancelled: true })).toBe('gone')
  })

  it('takes in what is past its time, and what may be booked', () => {
    const doubtful = { state: 'retrying', possibleDuplicate: true, expiresAt: diedAt }
    expect(cancelled(doubtful)).toBe('taken')
  })
})
