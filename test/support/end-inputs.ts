import type { SettleInput } from '../../src/shared/store/ledger/settle.ts'
import type { VerifyInput } from '../../src/shared/store/ledger/verify.ts'
import { id } from './ledger.ts'

const now = '2026-02-26T15:41:01.000Z'

const end = {
  id,
  attempt: 1,
  record: '{}',
  now,
  nowMs: Date.parse(now),
  recordId: undefined,
  reason: undefined,
  code: undefined,
  message: undefined,
  possibleDuplicate: false,
  retentionMs: 60_000,
  attributes: undefined,
  ownerTtlMs: 60_000,
}

/** What a worker says of its first attempt; it has booked, if nothing else is said. */
export function settleInput(changes: Partial<SettleInput>): SettleInput {
  return {
    ...end,
    generation: 1,
    state: 'booked',
    nextAttemptAt: undefined,
    keptRecords: 3,
    uncertainSince: undefined,
    followed: undefined,
    recentOutcome: undefined,
    ...changes,
  }
}

/** What a worker says of its first attempt when it has asked; it was booked, if nothing else is said. */
export function verifyInput(changes: Partial<VerifyInput>): VerifyInput {
  return { ...end, state: 'booked', nextAt: undefined, verdict: undefined, ...changes }
}
