import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import type { NumberKey } from '../../../shared/store/ledger/places.ts'
import type { Candidate } from '../../../shared/store/runs/candidate.ts'
import type { Overview } from '../../../shared/store/runs/run-overview.ts'
import { readRunPage } from '../../../shared/store/runs/run-page.ts'
import { sends } from '../../../shared/store/runs/run-kinds.ts'
import type { Run } from '../../../shared/store/runs/run-record.ts'
import { choose } from '../../../shared/store/runs/select.ts'
import { epochMsOf } from '../../../shared/time/timestamp.ts'

export interface Counting extends Pick<Run, 'kind' | 'filter' | 'upToMs'> {
  /** Callbacks a second, where it is known. */
  rate: number | undefined
  nowMs: number
  numberKey?: NumberKey
}

export interface Counted {
  selected: number
  overview: Overview
}

const pageSize = 500

/** Looks at each that may be meant, a page at a time, and keeps no more of them than counts. */
export async function countSelection(
  store: DestinationStore,
  counting: Counting,
): Promise<Counted> {
  const counted = { selected: 0, overview: emptyOverview() }
  for await (const candidate of candidatesOf(store, counting)) note(counted, candidate, counting)
  return counted
}

type Walked = Pick<Run, 'kind' | 'filter' | 'upToMs'> & Partial<Pick<Run, 'cursor'>>

/** From behind the cursor on. */
export async function* candidatesOf(
  store: DestinationStore,
  { cursor: from, ...walked }: Walked,
  atATime = pageSize,
): AsyncGenerator<Candidate> {
  let cursor = from
  let isLast = false
  while (!isLast) {
    const page = await readRunPage(store, { ...walked, cursor }, atATime)
    yield* page.candidates
    cursor = page.next ?? cursor
    isLast = page.isLast
  }
}

function emptyOverview(): Overview {
  return {
    byReason: {},
    byCode: {},
    byHour: {},
    expired: 0,
    expiring: 0,
    mayBeBooked: 0,
    unsendable: 0,
  }
}

function note(counted: Counted, candidate: Candidate, counting: Counting): void {
  const { kind, filter, nowMs, numberKey } = counting
  const { overview } = counted
  const choice = choose(candidate, { kind, filter, nowMs, numberKey, runId: undefined })
  if (choice === 'expired') overview.expired += 1
  if (choice === 'unsendable') overview.unsendable += 1
  if (choice === 'may-be-booked' || (choice === 'taken' && isDoubtful(candidate))) {
    overview.mayBeBooked += 1
  }
  if (choice !== 'taken') return
  if (expiresBeforeItsTurn(candidate, counted.selected, counting)) overview.expiring += 1
  counted.selected += 1
  describe(overview, candidate)
}

function isDoubtful({ state, reason, possibleDuplicate }: Candidate): boolean {
  return state === 'booked' || possibleDuplicate || reason === 'uncertain'
}

function expiresBeforeItsTurn(
  { expiresAt }: Candidate,
  before: number,
  { kind, rate, nowMs }: Counting,
): boolean {
  if (!sends(kind) || expiresAt === undefined || rate === undefined) return false
  return epochMsOf(expiresAt) <= nowMs + (before / rate) * 1_000
}

function describe(overview: Overview, { state, reason, code, endedAtMs }: Candidate): void {
  increment(overview.byReason, reason ?? state ?? '')
  if (code !== '') increment(overview.byCode, code)
  increment(overview.byHour, hourOf(endedAtMs))
  overview.oldestMs = Math.min(overview.oldestMs ?? endedAtMs, endedAtMs)
  overview.newestMs = Math.max(overview.newestMs ?? endedAtMs, endedAtMs)
}

/** `2026-02-26T15Z`. */
export function hourOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 'yyyy-mm-ddThh'.length)}Z`
}

/** Salesforce words codes, and an hour of many years has many: what comes after so many is counted together. */
const mostNames = 1_000

export function increment(counts: Record<string, number>, name: string): void {
  const isNew = !Object.hasOwn(counts, name)
  const kept = isNew && Object.keys(counts).length >= mostNames ? 'other' : name
  counts[kept] = (Object.hasOwn(counts, kept) ? (counts[kept] ?? 0) : 0) + 1
}
