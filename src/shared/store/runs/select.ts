import { z } from 'zod'

import { isEnd, states } from '../../contract/states.ts'
import { epochMsOf, isoTimestamp } from '../../time/timestamp.ts'
import { numberPrintOf, type NumberKey } from '../ledger/places.ts'
import type { Candidate } from './candidate.ts'
import { isPrintOf, type RunFilter } from './run-filter.ts'
import { sends, type RunKind } from './run-kinds.ts'

/** What a run is about, and when it is asked. */
export interface Selection {
  kind: RunKind
  filter: RunFilter
  /** Of the run that asks; undefined while it is planned. */
  runId: string | undefined
  nowMs: number
  /** By which numbers in the clear are compared with what stands for one. */
  numberKey?: NumberKey | undefined
}

/**
 * `taken`: the run is about it. Else why it is not: it does not match (`other`), was sent, discarded or forgotten since
 * (`gone`), is past its time (`expired`), may have been booked, or cannot go in again (`unsendable`).
 */
export type Choice = 'taken' | 'other' | 'gone' | 'expired' | 'may-be-booked' | 'unsendable'

export function choose(candidate: Candidate, selection: Selection): Choice {
  if (!isStillThere(candidate, selection)) return 'gone'
  if (!matches(candidate, selection)) return 'other'
  if (!sends(selection.kind)) return 'taken'
  return mayGoAgain(candidate, selection)
}

/** What a run has sent is not sent by it again, however it has ended since. */
function isStillThere(candidate: Candidate, { kind, runId }: Selection): boolean {
  const { state, isDiscarded } = candidate
  if (kind === 'cancel') return isWaiting(candidate)
  if (isDiscarded || (runId !== undefined && candidate.runId === runId)) return false
  if (kind !== 'replay') return state === 'dead'
  // One callback has as many results as ends: only the last one is what became of it.
  const isItsEnd = candidate.updatedAt === isoTimestamp(candidate.endedAtMs)
  return isItsEnd && (state === 'dead' || state === 'booked')
}

const waiting = states.filter((state) => !isEnd(state))

/** One that somebody has cancelled while an attempt was under way is as good as cancelled. */
function isWaiting({ state, isCancelled }: Candidate): boolean {
  return !isCancelled && waiting.some((each) => each === state)
}

function mayGoAgain(candidate: Candidate, { filter, nowMs }: Selection): Choice {
  const { state, reason, code, expiresAt, possibleDuplicate, intent, isWhole } = candidate
  if (!isWhole || (intent === undefined && !canGoInAgain(code))) return 'unsendable'
  if (expiresAt !== undefined && epochMsOf(expiresAt) <= nowMs) return 'expired'
  // What a replay is for is to send again what was booked.
  const isDoubtful = state === 'dead' && (possibleDuplicate || reason === 'uncertain')
  return isDoubtful && !filter.possibleDuplicates ? 'may-be-booked' : 'taken'
}

/** Of these all fields are kept, and no single one could go in. */
const wholeEntries = ['no-intent-field', 'repeated-intent-field', 'repeated-wish-field']

function canGoInAgain(code: string): boolean {
  return !wholeEntries.includes(code)
}

function matches(candidate: Candidate, { filter, numberKey }: Selection): boolean {
  const { reason, code, text, state } = filter
  if (state !== undefined && candidate.state !== state) return false
  if (reason !== undefined && candidate.reason !== reason) return false
  if (code !== undefined && candidate.code !== code) return false
  if (text !== undefined && !candidate.message.includes(text)) return false
  return isOfItsTime(candidate, filter) && isOfItsCustomer(candidate, filter, numberKey)
}

function isOfItsTime({ endedAtMs, acceptedAt }: Candidate, filter: RunFilter): boolean {
  const { sinceMs, untilMs, acceptedSinceMs, acceptedUntilMs } = filter
  if (!isWithin(endedAtMs, sinceMs, untilMs)) return false
  if (acceptedSinceMs === undefined && acceptedUntilMs === undefined) return true
  return isWithin(epochMsOf(acceptedAt), acceptedSinceMs, acceptedUntilMs)
}

function isWithin(ms: number, since = -Infinity, until = Infinity): boolean {
  return ms >= since && ms < until
}

function isOfItsCustomer(
  candidate: Candidate,
  { number, numberPrint, attributes }: RunFilter,
  numberKey: NumberKey | undefined,
): boolean {
  if (number === undefined && numberPrint === undefined && attributes === undefined) return true
  const said = customerIn(candidate.intent)
  if (said === undefined) return false
  if (number !== undefined && !isPrintOf(number, said.callbackNumber)) return false
  const own = candidate.numberPrint ?? (numberKey && numberPrintOf(numberKey, said.callbackNumber))
  if (numberPrint !== undefined && own !== numberPrint) return false
  return (attributes ?? []).every(({ name, value }) => {
    const given = ownText(said.attributes, name)
    return given !== undefined && isPrintOf(value, given)
  })
}

const customer = z.object({
  callbackNumber: z.string(),
  // Not z.record, which leaves out a name `__proto__` without a word.
  attributes: z.unknown().optional(),
})

function customerIn(intent: string | undefined) {
  if (intent === undefined) return undefined
  try {
    return customer.safeParse(JSON.parse(intent)).data
  } catch {
    // What cannot be read matches no customer.
    return undefined
  }
}

function ownText(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const own: unknown = Object.getOwnPropertyDescriptor(value, name)?.value
  return typeof own === 'string' ? own : undefined
}
