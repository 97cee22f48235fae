import type { OnUncertain } from '../../../src/shared/delivery/on-uncertain.ts'
import type { DeadReason, State } from '../../../src/shared/contract/states.ts'
import { hear, letsThrough, refusal, saysAway, type Breaker, type Signal } from './breaker.ts'
import type { Unsendable } from './hostile.ts'

/**
 * docs/state-machine.md without Redis, Lua or JSON: what each script must leave behind. It is written from the page, so that
 * a mistake would have to be made twice.
 */
export interface StateTable {
  rules: Rules
  callbacks: Map<string, Callback>
  /** By the entries' ids. */
  inbox: Map<string, Submission>
  /** The callback that is known to be booked by a ContactRequest. */
  owners: Map<string, string>
  /** What was counted, by its name in Redis. */
  stats: Map<string, number>
  /** Every end, in the order of the results. */
  results: Result[]
  /** Of every number, the ids of its callbacks. All that happens is within two hours of Redis' time. */
  callers: Map<string, Set<string>>
  /** Nothing is sent, and how often that has changed. */
  dispatch: { isPaused: boolean; version: number }
  /** Undefined: the destination has none. */
  breaker: Breaker | undefined
}

export interface Rules {
  onUncertain: OnUncertain
  /** Of one generation. */
  maxAttempts: number
  /** Before the next attempt, and before the next question. */
  waitMs: number
  /** Before the first question. */
  graceMs: number
}

export interface Submission {
  id: string
  content: string
  expiresAtMs: number
  callbackNumber: string
  /** What a redrive of its dead letter is answered, where there is nothing to send again, or too much. */
  unsendable?: Unsendable | undefined
}

export interface Callback {
  id: string
  state: State
  generation: number
  /** Over all generations. The first `priorAttempts` belong to earlier ones, the first `replaced` to other submissions. */
  attempts: number
  priorAttempts: number
  replaced: number
  /** Of this generation, those that were probes and failed: no budget counts them. */
  uncounted: number
  submission?: Submission
  /** Of an entry that never became a callback. */
  raw?: Submission
  /** The entry that it went in as again. */
  redrivenAs?: string | undefined
  entry?: string | undefined
  /** Of the run of a job that opened the attempt. */
  claim?: string | undefined
  nextAtMs?: number | undefined
  /** Somebody has moved its first attempt to this time. */
  movedToMs?: number | undefined
  /** When somebody has moved it the last time, ISO by Redis' clock, and by which entry the last one did that said so there. */
  movedAt?: string | undefined
  movedBy?: string | undefined
  /** The entry that its generation came by, where there was one before. */
  openedBy?: string | undefined
  /** Nothing is sent until Salesforce has said whether the last attempt was booked. */
  inDoubt: boolean
  marked: boolean
  /** Somebody has cancelled it: nothing is sent any more, and it ends as soon as it is known not to be booked. */
  unwanted: boolean
  reason?: DeadReason | undefined
  recordId?: string | undefined
  otherRecordIds: string[]
  /** Booked, as a search concluded. */
  verified: boolean
  discarded: boolean
  /** The promise of this submission was counted when it came. */
  wasRedriven?: boolean
}

export interface Result {
  id: string
  generation: number
  state: State
  recordId: string | undefined
  reason: DeadReason | undefined
  attempts: number
  marked: boolean
  verified: boolean
}

export type Outcome =
  | { kind: 'booked'; recordId: string }
  | { kind: 'refused' | 'unavailable' }
  /** `isLost`: with its worker, which could have told what came of it. */
  | { kind: 'uncertain'; isLost?: boolean }

/** What a search in Salesforce finds, without the ContactRequests known to belong to another callback. */
export type Found = readonly string[] | 'unavailable' | 'failed'

/** The attempt that one run of a job reports on. */
export interface Spoken {
  id: string
  attempt: number
  atMs: number
  /** What the breaker was open for, where this is its probe. */
  probeOf?: string | undefined
}

/** Two clocks may differ by this much. */
const toleranceMs = 1_000

// Submission and bridge.

export function accept(table: StateTable, submission: Submission, entry: string): string {
  const met = checkId(table, submission)
  if (met !== 'free') return met
  table.inbox.set(entry, submission)
  openGeneration(table, submission, entry)
  return 'accepted'
}

export function open(table: StateTable, submission: Submission, entry: string): string {
  const callback = table.callbacks.get(submission.id)
  if (callback?.entry === entry) {
    // Its job was quicker than whoever confirms it.
    if (callback.state !== 'accepted') return `done ${nthSoFar(table, submission)}`
    return `schedule ${callback.generation} as ${noteCaller(table, submission)}`
  }
  if (!table.inbox.has(entry)) return 'done'
  const met = checkId(table, submission)
  if (met !== 'free') return met
  const generation = openGeneration(table, submission, entry)
  return `schedule ${generation} as ${noteCaller(table, submission)}`
}

function nthSoFar({ callers }: StateTable, { callbackNumber }: Submission): number {
  return callers.get(callbackNumber)?.size ?? 0
}

/** The how many-th it is for its number. */
function noteCaller({ callers }: StateTable, { id, callbackNumber }: Submission): number {
  const ids = new Set(callers.get(callbackNumber)).add(id)
  callers.set(callbackNumber, ids)
  return ids.size
}

/** What died as uncertain may be booked: it keeps its id until somebody has decided. */
function checkId({ callbacks }: StateTable, { id, content }: Submission): string {
  const callback = callbacks.get(id)
  if (callback === undefined) return 'free'
  const { state, reason, discarded, submission } = callback
  if (state === 'dead' && (reason !== 'uncertain' || discarded)) return 'free'
  return submission?.content === content ? 'duplicate' : 'conflict'
}

function openGeneration({ callbacks }: StateTable, submission: Submission, entry: string): number {
  const { generation, attempts, marked, reason } = callbacks.get(submission.id) ?? nothing('')
  callbacks.set(submission.id, {
    ...nothing(submission.id),
    state: 'accepted',
    generation: generation + 1,
    submission,
    entry,
    attempts,
    priorAttempts: attempts,
    replaced: attempts,
    openedBy: generation > 0 ? entry : undefined,
    // Discarding it does not say that it was not booked. A producer counts nothing.
    marked: marked || reason === 'uncertain',
  })
  return generation + 1
}

export function confirm(
  table: StateTable,
  { id, entry, nth }: { id: string; entry: string; nth: number },
): void {
  table.inbox.delete(entry)
  const callback = table.callbacks.get(id)
  if (callback?.entry !== entry) return
  if (!callback.wasRedriven && nth > 1) {
    count(table, `same-number:${nth === 2 ? '2' : nth <= 5 ? '3-5' : '6+'}`)
  }
  callback.entry = undefined
  if (callback.state === 'accepted') callback.state = 'scheduled'
}

/** Its content differs from what lies under its id, or nobody serves the destination. */
export function buryEntry(table: StateTable, entry: string): void {
  const submission = table.inbox.get(entry)
  if (submission === undefined) return
  table.inbox.delete(entry)
  const own = table.callbacks.get(submission.id)
  if (own?.entry === entry) {
    own.entry = undefined
    if (own.state === 'accepted') bury(table, own, 'invalid')
    return
  }
  const redriven = [...table.callbacks.values()].find(({ redrivenAs }) => redrivenAs === entry)
  if (redriven !== undefined) {
    Object.assign(redriven, { discarded: false, redrivenAs: undefined })
    redriven.generation += 1
    return bury(table, redriven, 'invalid')
  }
  const id = table.callbacks.has(submission.id) ? `inbox-${entry}` : submission.id
  const letter = { ...nothing(id), generation: 1, raw: submission }
  table.callbacks.set(id, letter)
  bury(table, letter, 'invalid')
}

// Attempts.

export type BeginResult =
  | { kind: 'begun' | 'unsettled' | 'unverified'; attempt: number }
  | { kind: 'expired' | 'not-due' | 'refused' | 'ended' | 'missing' }

/** Whether an attempt may be opened: `probe`: one, by whoever asked, to find out whether Salesforce is back. */
export function admit({ dispatch, breaker }: StateTable, claim: string): 'held' | 'probe' | 'free' {
  if (dispatch.isPaused) return 'held'
  if (breaker?.isOpen !== true) return 'free'
  if (breaker.probe?.isOver === false) return 'held'
  breaker.probe = { by: claim, isOver: false }
  return 'probe'
}

/** Whoever was let through comes to nothing more. */
export function release({ breaker }: StateTable, claim: string): void {
  if (breaker?.probe?.by === claim) breaker.probe = undefined
}

/** For as long as an attempt may take, nothing was heard of the probe. */
export function endProbe({ breaker }: StateTable): void {
  if (breaker?.probe !== undefined) breaker.probe.isOver = true
}

interface BeginningJob {
  id: string
  generation: number
  claim: string
  /** Undefined: the pass is good for one attempt, whatever was decided since. */
  knownVersion: number | undefined
  atMs: number
}

export function begin(
  { callbacks, dispatch, breaker }: StateTable,
  job: BeginningJob,
): BeginResult {
  const callback = callbacks.get(job.id)
  if (callback?.submission === undefined) return { kind: 'missing' }
  const { state, inDoubt, submission, attempts, claim } = callback
  const dueAtMs = callback.nextAtMs ?? callback.movedToMs ?? 0
  if (hasEnded(callback) || callback.generation !== job.generation) return { kind: 'ended' }
  if (state === 'attempting') {
    return { kind: claim === job.claim ? 'begun' : 'unsettled', attempt: attempts }
  }
  if (!inDoubt && job.atMs >= submission.expiresAtMs) return { kind: 'expired' }
  if (dueAtMs > job.atMs + toleranceMs) return { kind: 'not-due' }
  // Somebody has decided otherwise since the job was admitted.
  const { knownVersion = dispatch.version } = job
  if (dispatch.isPaused || dispatch.version !== knownVersion) return { kind: 'refused' }
  if (breaker !== undefined && !letsThrough(breaker, job.claim)) return { kind: 'refused' }
  if (inDoubt) return { kind: 'unverified', attempt: attempts }
  const attempt = attempts + 1
  Object.assign(callback, { state: 'attempting', attempts: attempt, claim: job.claim })
  callback.nextAtMs = undefined
  return { kind: 'begun', attempt }
}

export function settle(table: StateTable, spoken: Spoken, outcome: Outcome): void {
  const { id, attempt } = spoken
  const callback = table.callbacks.get(id)
  if (callback === undefined) return
  if (callback.state !== 'attempting' || callback.attempts !== attempt) {
    return settleLate(table, callback, { attempt, outcome })
  }
  const isFailedProbe = speak(table, callback, signalOf(outcome))
  conclude(table, { callback, ...spoken }, outcome)
  if (isFailedProbe && isRetrying(callback)) callback.uncounted += 1
}

/** What is said of the destination as a whole. True if it says that a probe has failed. */
function speak(
  { breaker, dispatch }: StateTable,
  { claim }: Callback,
  signal: Signal | undefined,
): boolean {
  if (breaker === undefined || signal === undefined) return false
  const { isFailedProbe, changed } = hear(breaker, claim, signal)
  if (changed) dispatch.version += 1
  return isFailedProbe
}

/** Undefined: the worker that could have told is lost. */
function signalOf(outcome: Outcome): Signal | undefined {
  if (outcome.kind === 'uncertain') return outcome.isLost === true ? undefined : 'uncertain'
  const signals = { booked: 'ok', refused: refusal, unavailable: 'failure' } as const
  return signals[outcome.kind]
}

type Concluded = Spoken & { callback: Callback }

function conclude(
  table: StateTable,
  { callback, atMs, probeOf }: Concluded,
  outcome: Outcome,
): void {
  const { onUncertain, graceMs } = table.rules
  const signal = signalOf(outcome)
  // As its own worker sees it, however the breaker is by now.
  const isProbe = probeOf !== undefined && signal !== undefined && saysAway(signal, probeOf)
  if (outcome.kind === 'booked') return book(table, callback, outcome.recordId)
  if (outcome.kind === 'refused' && !isProbe) {
    return callback.unwanted ? withdraw(table, callback) : bury(table, callback, 'refused')
  }
  if (outcome.kind !== 'uncertain') {
    sendLater(table, callback, { atMs, isProbe })
    return
  }
  if (onUncertain === 'hold') {
    count(table, 'uncertain:held')
    return bury(table, callback, 'uncertain')
  }
  if (onUncertain === 'verify') {
    count(table, 'uncertain:verifying')
    callback.inDoubt = true
    return wait(callback, atMs + graceMs)
  }
  mark(table, callback)
  count(table, `uncertain:${sendLater(table, callback, { atMs, isProbe })}`)
}

/** It was given up for lost. A late booking is published and marked; so is a late doubt that nothing else accounts for. */
function settleLate(
  table: StateTable,
  callback: Callback,
  { attempt, outcome }: { attempt: number; outcome: Outcome },
): void {
  const { state, otherRecordIds, replaced } = callback
  if (outcome.kind === 'uncertain') return recordDoubt(table, callback, attempt)
  if (outcome.kind !== 'booked') return
  const { recordId } = outcome
  if (callback.recordId === recordId || otherRecordIds.includes(recordId)) return
  mark(table, callback)
  if (state !== 'booked' && attempt > replaced) return book(table, callback, recordId)
  otherRecordIds.push(recordId)
  claimRecord(table, callback, recordId)
  count(table, 'double-bookings')
  publish(table, callback, recordId)
}

function recordDoubt(table: StateTable, callback: Callback, attempt: number): void {
  const { state, reason, inDoubt, marked, attempts } = callback
  const isExpected = state === 'booked' || inDoubt || reason === 'uncertain'
  if (marked || (isExpected && attempts === attempt)) return
  mark(table, callback)
  if (hasEnded(callback)) publish(table, callback)
}

/** A run of a job that found it expired. */
export function expire(table: StateTable, job: { id: string; generation: number }): void {
  const callback = table.callbacks.get(job.id)
  if (callback?.generation !== job.generation) return
  if (hasEnded(callback) || callback.state === 'attempting') return
  bury(table, callback, 'expired')
}

export function verify(table: StateTable, { id, attempt, atMs }: Spoken, found: Found): void {
  const callback = table.callbacks.get(id)
  if (callback?.inDoubt !== true || callback.attempts !== attempt) return
  if (found === 'unavailable') return wait(callback, atMs + table.rules.waitMs)
  const [recordId, ...others] = found === 'failed' ? [] : found
  if (found === 'failed' || others.length > 0) {
    count(table, 'uncertain:held')
    return bury(table, callback, 'uncertain')
  }
  if (recordId === undefined) {
    // Not found does not prove that it does not exist.
    mark(table, callback)
    count(table, 'uncertain:verified-not-booked')
    sendLater(table, callback, { atMs, isProbe: false })
    return
  }
  // It has meanwhile become another callback's: Salesforce is asked again.
  if (table.owners.has(recordId)) return
  callback.verified = true
  count(table, 'uncertain:verified-booked')
  book(table, callback, recordId)
}

// What operators do.

export function redrive(table: StateTable, id: string, entry: string): string {
  const callback = table.callbacks.get(id)
  if (callback?.state !== 'dead') return callback === undefined ? 'missing' : 'not-dead'
  if (callback.raw?.unsendable !== undefined) return callback.raw.unsendable
  if (callback.reason === 'uncertain') mark(table, callback)
  sendAgain(table, callback, entry)
  return 'redriven'
}

export function resolve(
  table: StateTable,
  { id, recordId, entry }: { id: string; recordId: string | undefined; entry: string },
): string {
  const callback = table.callbacks.get(id)
  if (callback?.reason !== 'uncertain') return callback === undefined ? 'missing' : 'not-uncertain'
  if (recordId === undefined) {
    count(table, 'uncertain:resolved-not-booked')
    if (callback.unwanted) {
      callback.discarded = false
      withdraw(table, callback)
      return 'cancelled'
    }
    sendAgain(table, callback, entry)
    return 'redriven'
  }
  if ((table.owners.get(recordId) ?? id) !== id) return 'taken'
  callback.discarded = false
  count(table, 'uncertain:resolved-booked')
  book(table, callback, recordId)
  return 'booked'
}

export function discard({ callbacks }: StateTable, id: string): string {
  const callback = callbacks.get(id)
  if (callback?.state !== 'dead') return callback === undefined ? 'missing' : 'not-dead'
  callback.discarded = true
  return 'discarded'
}

export function cancel(table: StateTable, id: string): string {
  const callback = table.callbacks.get(id)
  if (callback === undefined) return 'missing'
  if (hasEnded(callback)) return callback.state
  callback.unwanted = true
  if (callback.state === 'attempting' || callback.inDoubt) return 'under-way'
  if (callback.entry !== undefined) table.inbox.delete(callback.entry)
  callback.entry = undefined
  withdraw(table, callback)
  return 'cancelled'
}

export function pause({ dispatch }: StateTable): void {
  dispatch.isPaused = true
  dispatch.version += 1
}

/** Of what is not paused nothing changes. */
export function resume({ dispatch }: StateTable): void {
  if (!dispatch.isPaused) return
  dispatch.isPaused = false
  dispatch.version += 1
}

export function reschedule(table: StateTable, id: string, atMs: number): string {
  const callback = table.callbacks.get(id)
  if (callback === undefined) return 'missing'
  if (hasEnded(callback)) return callback.state
  if (callback.state === 'attempting' || callback.inDoubt) return 'under-way'
  if (atMs >= (callback.submission?.expiresAtMs ?? Infinity)) return 'expires-first'
  if (callback.state === 'retrying') callback.nextAtMs = atMs
  else callback.movedToMs = atMs
  return 'moved'
}

// What is common to them.

function nothing(id: string): Callback {
  return {
    id,
    state: 'dead',
    generation: 0,
    attempts: 0,
    priorAttempts: 0,
    replaced: 0,
    uncounted: 0,
    inDoubt: false,
    marked: false,
    unwanted: false,
    otherRecordIds: [],
    verified: false,
    discarded: false,
  }
}

export function hasEnded({ state }: Callback): boolean {
  return state === 'booked' || state === 'dead' || state === 'cancelled'
}

function isRetrying({ state }: Callback): boolean {
  return state === 'retrying'
}

function wait(callback: Callback, nextAtMs: number): void {
  Object.assign(callback, { state: 'retrying', nextAtMs, claim: undefined })
}

/** It was not booked, or that is taken into account. Says what follows by the budget, whether or not it is still wanted. */
function sendLater(
  table: StateTable,
  callback: Callback,
  { atMs, isProbe }: { atMs: number; isProbe: boolean },
): 'retried' | 'ended' {
  const { attempts, priorAttempts, uncounted, submission } = callback
  const nextAtMs = atMs + table.rules.waitMs
  callback.inDoubt = false
  const isSpent = !isProbe && attempts - priorAttempts - uncounted >= table.rules.maxAttempts
  const isOver = isSpent || nextAtMs >= (submission?.expiresAtMs ?? 0)
  if (callback.unwanted) withdraw(table, callback)
  else if (isOver) bury(table, callback, isSpent ? 'exhausted' : 'expired')
  else wait(callback, nextAtMs)
  return isOver ? 'ended' : 'retried'
}

function sendAgain({ inbox }: StateTable, callback: Callback, entry: string): void {
  const { submission, raw, generation, attempts } = callback
  if (raw !== undefined) {
    inbox.set(entry, raw)
    // It stays readable for a while, and says what it went in as.
    Object.assign(callback, { discarded: true, redrivenAs: entry })
    return
  }
  if (submission !== undefined) inbox.set(entry, submission)
  callback.openedBy = entry
  callback.wasRedriven = true
  callback.unwanted = false
  callback.uncounted = 0
  Object.assign(callback, { state: 'accepted', entry, discarded: false, reason: undefined })
  Object.assign(callback, { generation: generation + 1, priorAttempts: attempts })
}

function count({ stats }: StateTable, what: string): void {
  stats.set(what, (stats.get(what) ?? 0) + 1)
}

/** For good, and counted once. */
function mark(table: StateTable, callback: Callback): void {
  if (!callback.marked) count(table, 'possible-duplicates')
  callback.marked = true
}

function book(table: StateTable, callback: Callback, recordId: string): void {
  count(table, 'booked')
  end(callback, { state: 'booked', recordId, reason: undefined })
  claimRecord(table, callback, recordId)
  publish(table, callback)
}

function bury(table: StateTable, callback: Callback, reason: DeadReason): void {
  count(table, `dead:${reason}`)
  end(callback, { state: 'dead', reason })
  publish(table, callback)
}

function withdraw(table: StateTable, callback: Callback): void {
  count(table, 'cancelled')
  end(callback, { state: 'cancelled', reason: undefined })
  publish(table, callback)
}

function end(callback: Callback, how: Partial<Callback>): void {
  const over = { claim: undefined, nextAtMs: undefined, inDoubt: false }
  Object.assign(callback, { ...over, ...how })
}

/** An answer is proof, a search only a conclusion: a callback concluded to be booked by this record is in doubt again. */
function claimRecord(table: StateTable, { id, verified }: Callback, recordId: string): void {
  const other = table.callbacks.get(table.owners.get(recordId) ?? id)
  table.owners.set(recordId, id)
  if (verified || other?.id === id || other?.verified !== true) return
  if (other.recordId !== recordId) return
  other.verified = false
  // Answers of its own may have named another one.
  other.recordId = other.otherRecordIds.shift()
  if (other.recordId === undefined) bury(table, other, 'uncertain')
}

/** `proven`: it was booked by this ContactRequest too, whatever else has become of it. */
function publish({ results }: StateTable, callback: Callback, proven?: string): void {
  const { id, generation, attempts, marked, state, reason, recordId, verified } = callback
  const end =
    proven === undefined
      ? { state, reason, recordId, verified }
      : { state: 'booked' as const, reason: undefined, recordId: proven, verified: false }
  results.push({ id, generation, attempts, marked, ...end })
}
