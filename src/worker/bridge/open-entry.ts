import { expiryProblem, holdProblem } from '../../shared/contract/due.ts'
import { entryDeadLetterId } from '../../shared/contract/ids.ts'
import type { Intent, ParsedIntent } from '../../shared/contract/intent.ts'
import { describeProblems, type Problem } from '../../shared/errors/problem.ts'
import type { TooLarge } from '../../shared/store/inbox/entry.ts'
import { entryTimeMs } from '../../shared/store/inbox/entry-time.ts'
import type { InboxEntry } from '../../shared/store/inbox/inbox.ts'
import { entryLimits } from '../../shared/store/inbox/limits.ts'
import { promisedIntent } from '../../shared/store/ledger/promised-intent.ts'
import type { DestinationStore } from '../../shared/redis/destination-store.ts'
import { open, type OpenInput, type OpenResult } from '../../shared/store/ledger/open.ts'
import { placesOf } from '../../shared/store/ledger/places.ts'
import type { Observer } from '../../shared/telemetry/events.ts'
import { currentTracer } from '../../shared/telemetry/traces.ts'
import type { Clock } from '../../shared/time/clock.ts'
import { epochMsOf } from '../../shared/time/timestamp.ts'
import type { NumberKeyOf } from '../number-keys.ts'
import type { Partition } from '../partition.ts'
import { readNumber, withoutSealKeys, type Sealing, type Unsealable } from '../sealing/sealing.ts'
import { idsOfWish, type Rejection } from './bury-entry.ts'
import { judgeSealed, type JudgedOpening } from './judge-sealed.ts'

/** What an inbox entry has become: a callback with an open ledger, or something that cannot be one and is to be buried. */
export type OpenedEntry =
  { kind: 'unfit'; rejection: Rejection } | { kind: 'callback'; intent: Intent; opening: Opening }

export type Opening = Exclude<OpenResult, { kind: 'conflict' | 'sealed' }>

/** What an inbox entry says: a callback whose ledger may be opened, or nothing that can be one. */
export type ReadEntry =
  | { kind: 'unfit'; rejection: Rejection }
  /** `number`: unsealed, if it is sealed. */
  | { kind: 'intent'; intent: Intent; number: string; input: OpenInput }

export interface OpenContext {
  store: DestinationStore
  clock: Clock
  observe: Observer
  numberKeyOf: NumberKeyOf
  /** Undefined: there are no keys, so that nothing can be unsealed. */
  sealing?: Sealing | undefined
  /** Undefined: the destination has no others, and whatever says that it was handed over was not. */
  partition?: Partition | undefined
}

/** Judges an entry and opens its ledger. Safe to repeat, by several at once: see open.lua. */
export async function openEntry(context: OpenContext, entry: InboxEntry): Promise<OpenedEntry> {
  const read = await readEntry(context, entry)
  if (read.kind === 'unfit') return read
  const opening = await open(context.store, read.input)
  return openedEntry(read.intent, await judgeSealed(context, read, opening))
}

export function openedEntry(intent: Intent, opening: JudgedOpening): OpenedEntry {
  if (opening.kind === 'schedule') currentTracer()?.linkTo(opening.traceparent)
  if (opening.kind === 'conflict') return { kind: 'unfit', rejection: conflict(intent.id) }
  return { kind: 'callback', intent, opening }
}

/** Judges an entry. */
export async function readEntry(context: OpenContext, entry: InboxEntry): Promise<ReadEntry> {
  const { tooLarge } = entry
  if (tooLarge !== undefined) return { kind: 'unfit', rejection: rejectionOfLarge(entry, tooLarge) }
  const parsed = entry.parsed()
  if (parsed.kind === 'ok') {
    if (parsed.traceparentIgnored) sayIgnored(context, entry, parsed.intent)
    return await readIntent(context, entry, parsed)
  }
  const { store } = context
  const intent = await promisedIntent(store, {
    entryId: entry.entryId,
    id: parsed.id ?? parsed.reservedId,
  })
  if (intent === undefined) return { kind: 'unfit', rejection: notUnderstood(parsed, entry) }
  return await readIntent(context, entry, { intent, traceparent: undefined })
}

async function readIntent(
  context: OpenContext,
  entry: InboxEntry,
  { intent, traceparent }: { intent: Intent; traceparent: string | undefined },
): Promise<ReadEntry> {
  const nowMs = context.clock.now()
  const timedBy = context.partition && entry.handedOver
  const hold = holdProblem(intent, entryTimeMs(timedBy ?? entry.entryId, nowMs) ?? nowMs)
  if (hold !== undefined) return { kind: 'unfit', rejection: invalid(intent.id, [hold]) }
  const { callbackNumber, id } = intent
  const reading = await readNumber(context.sealing ?? withoutSealKeys, callbackNumber, id)
  if (reading.kind === 'problem')
    return { kind: 'unfit', rejection: unsealable(intent.id, reading) }
  const { number } = reading
  const key = await context.numberKeyOf(context.store.ref)
  const input = {
    id: intent.id,
    intent: JSON.stringify(intent),
    entryId: entry.entryId,
    delayMs: intent.delay,
    notBefore: intent.notBefore,
    expiresAt: intent.expiresAt,
    traceparent,
    redriveOf: entry.redriveOf,
    timedBy,
    ...(key && placesOf(key, intent, number)),
  }
  return { kind: 'intent', intent, number, input }
}

/** The entry's id as given or derived, if it is usable, else one made from the entry's own. */
export function idsOfLetter(entry: InboxEntry): Pick<Rejection, 'id' | 'reservedId'> {
  if (entry.wish !== undefined) return idsOfWish(entry.wish, entry)
  const parsed = entry.parsed()
  if (parsed.kind === 'ok') return { id: parsed.intent.id }
  return { id: parsed.id ?? entryDeadLetterId(entry.entryId), reservedId: parsed.reservedId }
}

/** Why a callback that was opened must not be queued, if it will be too late by the time it is due. */
export function tooLate(intent: Intent, dueAt: string): Rejection | undefined {
  const problem = expiryProblem(intent, epochMsOf(dueAt))
  if (problem === undefined) return undefined
  const message = describeProblems([problem])
  return { id: intent.id, reason: 'expired', code: 'expires-before-due', message }
}

function sayIgnored(
  { store, observe }: OpenContext,
  { entryId }: InboxEntry,
  { id }: Intent,
): void {
  observe({ event: 'traceparent.ignored', destination: store.ref.destination, id, entryId })
}

function rejectionOfLarge({ entryId }: InboxEntry, { bytes, fields }: TooLarge): Rejection {
  const what = `the entry holds ${bytes} bytes in ${fields} ${fields === 1 ? 'field' : 'fields'}`
  const most = `${entryLimits.bytes} bytes in ${entryLimits.fields} fields are the limit`
  const message = `intent: ${what}; ${most}. Its beginning is kept`
  return { id: entryDeadLetterId(entryId), reason: 'invalid', code: 'entry-too-large', message }
}

function notUnderstood(
  parsed: Extract<ParsedIntent, { kind: 'invalid' }>,
  entry: InboxEntry,
): Rejection {
  const ids = idsOfLetter(entry)
  const { intents, wishes } = entry
  if (wishes > 1) {
    const message = `cancel, reschedule: the entry has ${wishes} fields of these names; nobody can tell which one is meant`
    return { reason: 'invalid', code: 'repeated-wish-field', message, ...ids }
  }
  if (intents > 1) {
    const message = `intent: the entry has ${intents} fields of this name; nobody can tell which one is meant`
    return { reason: 'invalid', code: 'repeated-intent-field', message, ...ids }
  }
  const rejection = { ...invalid(ids.id, parsed.problems), ...ids }
  return intents === 0 ? { ...rejection, code: 'no-intent-field' } : rejection
}

function invalid(id: string, problems: readonly Problem[]): Rejection {
  const message = describeProblems(problems)
  return { id, reason: 'invalid', code: 'invalid-intent', message }
}

function unsealable(id: string, { code, message }: Unsealable): Rejection {
  return { id, reason: 'invalid', code, message }
}

function conflict(id: string): Rejection {
  const message = `id: a callback ${id} already exists and its content differs; it was left untouched`
  return { id, reason: 'invalid', code: 'id-conflict', message }
}
