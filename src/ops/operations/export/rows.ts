import { RingbackError } from '../../../shared/errors/errors.ts'
import {
  readLettersFrom,
  type LetterPosition,
} from '../../../shared/store/dead-letters/letters-from.ts'
import { readCallback } from '../../../shared/store/ledger/callback-record.ts'
import { readFound } from '../../../shared/store/lookup/found-callback.ts'
import { positionBefore, readResults, type Result } from '../../../shared/store/results/results.ts'
import { maskNumber, maskNumbersIn } from '../../../shared/phone/mask.ts'
import type { Unseal } from '../../../shared/sealing/unseal.ts'
import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import { isoTimestamp } from '../../../shared/time/timestamp.ts'
import { maskRecord, revealNumber, revealRecord } from '../status/shown-record.ts'

/** One line of an export, by the names of its columns. */
export type Row = Readonly<Record<string, Cell>>

export type Cell = string | number | boolean | Readonly<Record<string, string>> | undefined

export interface Range {
  /** Epoch ms: not older. */
  sinceMs: number
  /** Older than this. */
  untilMs: number
  /** Whether numbers are shown. */
  reveal: boolean
  /** Where they are sealed: undefined, if nobody here can unseal them. */
  unseal?: Unseal | undefined
}

/** The columns of each, in the order of a CSV file. */
export const columns = {
  results: [
    ...['at', 'state', 'id', 'callId', 'number', 'recordId', 'reason', 'code', 'attempts'],
    ...['possibleDuplicate', 'verified', 'submittedId', 'attributes'],
  ],
  'dead-letters': [
    ...['diedAt', 'id', 'reason', 'code', 'message', 'attempts', 'possibleDuplicate'],
    ...['callId', 'number', 'acceptedAt', 'dueAt', 'expiresAt', 'attributes', 'raw'],
  ],
} as const

export type Exported = keyof typeof columns

/** As many as are in memory at once. */
const pageSize = 200

export function rowsOf(what: Exported, store: DestinationStore, range: Range) {
  return what === 'results' ? resultRows(store, range) : deadLetterRows(store, range)
}

async function* resultRows(store: DestinationStore, range: Range): AsyncGenerator<Row[]> {
  let afterEntryId = positionBefore(range.sinceMs)
  for (;;) {
    const page = await readResults(store, { afterEntryId, count: pageSize })
    const within = page.filter(({ entryId }) => timeOf(entryId) < range.untilMs)
    yield await Promise.all(within.map((result) => resultRow(store, result, range)))
    const last = page.at(-1)
    if (last === undefined || within.length < page.length) return
    afterEntryId = last.entryId
  }
}

function timeOf(entryId: string): number {
  return Number(entryId.split('-')[0])
}

async function resultRow(store: DestinationStore, result: Result, range: Range): Promise<Row> {
  const { at, state, id, callId, recordId, reason, code, attempts, attributes } = result
  const { possibleDuplicate, verified, submittedId } = result
  // The results have no numbers: the ledger has, for as long as it remembers.
  const found = await orUnreadable(readFound(store, id))
  const number = found === 'unreadable' ? undefined : found?.callbackNumber
  return {
    at,
    state,
    id,
    callId,
    number: number && (await shownNumber(number, range)),
    recordId,
    reason,
    code,
    attempts,
    possibleDuplicate,
    verified,
    submittedId,
    attributes: shownAttributes(attributes, range),
  }
}

async function shownNumber(number: string, { reveal, unseal }: Range): Promise<string> {
  return reveal ? await revealNumber(number, unseal) : maskNumber(number)
}

async function* deadLetterRows(store: DestinationStore, range: Range): AsyncGenerator<Row[]> {
  let position: LetterPosition = { diedAtMs: range.sinceMs, skip: 0 }
  for (;;) {
    const asked = { position, untilMs: range.untilMs, count: pageSize }
    const { letters, next } = await readLettersFrom(store, asked)
    if (letters.length === 0) return
    const rows = letters.map((letter) => deadLetterRow(store, letter, range))
    yield (await Promise.all(rows)).filter((row) => row !== undefined)
    position = next
  }
}

/** A newer version may have written what this one cannot read: one such ledger is no reason to write none of the others. */
async function orUnreadable<Read>(reading: Promise<Read>): Promise<Read | 'unreadable'> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof RingbackError && error.code === 'unknown-record') return 'unreadable'
    throw error
  }
}

/** Undefined: somebody has redriven or discarded it since its page was read. */
async function deadLetterRow(
  store: DestinationStore,
  { id, diedAtMs }: { id: string; diedAtMs: number },
  range: Range,
): Promise<Row | undefined> {
  const found = await orUnreadable(readCallback(store, id))
  const diedAt = isoTimestamp(diedAtMs)
  if (found === 'unreadable') return { diedAt, id, message: 'this version cannot read it' }
  if (found?.state !== 'dead') return undefined
  const { reason, code, message, attempts, possibleDuplicate } = found
  const { acceptedAt, dueAt, expiresAt } = found
  const { intent, raw } = range.reveal ? await revealRecord(found, range.unseal) : maskRecord(found)
  return {
    diedAt,
    id,
    reason,
    code,
    message,
    attempts,
    possibleDuplicate,
    callId: intent?.callId,
    number: intent?.callbackNumber,
    acceptedAt,
    dueAt,
    expiresAt,
    attributes: shownAttributes(intent?.attributes, range),
    raw,
  }
}

function shownAttributes(
  attributes: Readonly<Record<string, string>> | undefined,
  { reveal }: Range,
): Readonly<Record<string, string>> | undefined {
  if (attributes === undefined || reveal) return attributes
  const entries = Object.entries(attributes)
  return Object.fromEntries(entries.map(([name, value]) => [name, maskNumbersIn(value)]))
}
