import { expect, it } from 'vitest'

import { presentRecord } from '../../../../../src/ops/cli/present/record.ts'
import type {
  CallbackStatus,
  DeadCallback,
} from '../../../../../src/shared/store/ledger/callback-record.ts'
import { linesOf } from './captured.ts'

function deadLetterOf(raw: string): DeadCallback {
  return {
    id: 'inbox-1-0',
    destination: 'default',
    generation: 1,
    state: 'dead',
    reason: 'invalid',
    code: 'invalid-intent',
    message: 'intent: is not JSON',
    acceptedAt: '2026-02-26T15:40:52.000Z',
    updatedAt: '2026-02-26T15:40:52.000Z',
    dueAt: undefined,
    expiresAt: undefined,
    nextAttemptAt: undefined,
    uncertainSince: undefined,
    recordId: undefined,
    verified: false,
    attempts: 0,
    otherRecordIds: [],
    possibleDuplicate: false,
    resolvedAt: undefined,
    redrivenAt: undefined,
    redrivenAs: undefined,
    discardedAt: undefined,
    cancelRequestedAt: undefined,
    cancelledBy: undefined,
    cancelReason: undefined,
    rescheduledAt: undefined,
    rescheduledBy: undefined,
    rescheduleReason: undefined,
    redriveOf: undefined,
    submittedId: undefined,
    intent: undefined,
    raw,
    rawField: undefined,
    rawEncoding: undefined,
    rawLength: undefined,
    rawSha1: undefined,
    history: [],
  }
}

it('shows no more of what was sent than a screen holds, and says how much is left out', () => {
  const lines = linesOf((screen) => presentRecord(deadLetterOf('x'.repeat(98_301)), screen), 80)
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80)
  expect(lines.length).toBeLessThan(50)
  expect(lines.join('\n')).toContain('… and 96701 characters more; --json has them all')
})

it('shows the whole of what is small, folded where the terminal is too narrow', () => {
  const raw = 'call me back please '.repeat(10).trim()
  const wide = linesOf((screen) => presentRecord(deadLetterOf(raw), screen))
  const narrow = linesOf((screen) => presentRecord(deadLetterOf(raw), screen), 60)
  expect(wide).toContain(`  ${raw}`)
  for (const line of narrow) expect(line.length).toBeLessThanOrEqual(60)
  expect(narrow.join('\n')).not.toContain('more')
})

it.each([
  { others: ['r-1'], recordId: 'r-2', words: 'yes: booked 2 times' },
  { others: [], recordId: 'r-1', words: 'yes: an attempt may have booked unnoticed' },
])('says of a possible duplicate what is known: $words', ({ others, recordId, words }) => {
  const booked: CallbackStatus = {
    ...deadLetterOf(''),
    state: 'booked',
    recordId,
    reason: undefined,
    code: undefined,
    message: undefined,
    raw: undefined,
    otherRecordIds: others,
    possibleDuplicate: true,
  }
  expect(linesOf((screen) => presentRecord(booked, screen)).join('\n')).toContain(words)
})
