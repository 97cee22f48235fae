import type { NumberSpellings } from '../../shared/contract/number-spellings.ts'
import { maskNumber } from '../../shared/telemetry/mask.ts'
import { isUnderWay, isWaiting, type CallbackTrace, type Trace } from './trace.ts'

/** What an erasure did, with no number in it: for the customer's file. */
export interface Receipt {
  /**
   * - `erased`: nothing of it is left
   * - `nothing-found`: there was nothing
   * - `unconfirmed`: promises still wait, and nobody has confirmed that they are withdrawn; nothing was done
   * - `incomplete`: something is left, see `remaining`
   */
  outcome: 'erased' | 'nothing-found' | 'unconfirmed' | 'incomplete'
  number: string
  at: string
  namespace: string
  destinations: readonly string[]
  /** Promises that were withdrawn, or would be: callbacks that nobody will be sent. */
  withdrawn: number
  /** What is gone; with `unconfirmed` what would be. */
  counts: Count[]
  callbacks: ReceiptCallback[]
  remaining: Remaining[]
}

interface Count {
  kind: Trace['kind']
  state: string | undefined
  count: number
}

interface ReceiptCallback {
  destination: string
  id: string
  state: string
  /** ContactRequests, in which Salesforce keeps the number. */
  recordIds: string[]
}

interface Remaining {
  destination: string
  kind: Trace['kind']
  id: string | undefined
  state: string | undefined
  why: string
}

export interface Done {
  number: string
  spellings: NumberSpellings
  at: string
  namespace: string
  destinations: readonly string[]
  withdraw: boolean
  erased: readonly Trace[]
  /** Undefined: it was interrupted, and nobody has looked. */
  remaining: readonly Trace[] | undefined
}

export function receiptOf(done: Done): Receipt {
  const { number, at, namespace, destinations, erased, remaining = [] } = done
  const outcome = outcomeOf(done)
  const shown = outcome === 'unconfirmed' ? remaining : erased
  return {
    outcome,
    number: maskNumber(number),
    at,
    namespace,
    destinations: destinations.map((name) => hide(name, done)),
    withdrawn: shown.filter(isWaiting).length,
    counts: countsOf(shown),
    callbacks: shown.filter(isCallback).map((trace) => callbackOf(trace, done)),
    remaining: outcome === 'unconfirmed' ? [] : remaining.map((trace) => leftOver(trace, done)),
  }
}

function outcomeOf({ erased, remaining, withdraw }: Done): Receipt['outcome'] {
  if (remaining === undefined) return 'incomplete'
  if (remaining.length === 0) return erased.length === 0 ? 'nothing-found' : 'erased'
  return !withdraw && erased.length === 0 && remaining.some(isWaiting)
    ? 'unconfirmed'
    : 'incomplete'
}

function countsOf(traces: readonly Trace[]): Count[] {
  const counts = new Map<string, Count>()
  for (const trace of traces) {
    const { kind } = trace
    const state = stateOf(trace)
    const name = `${kind} ${state ?? ''}`
    const count = counts.get(name) ?? { kind, state, count: 0 }
    counts.set(name, { ...count, count: count.count + 1 })
  }
  return [...counts.values()]
}

function callbackOf(trace: CallbackTrace, done: Done): ReceiptCallback {
  const { place, id, state, recordIds } = trace
  return { destination: hide(place.destination, done), id: hide(id, done), state, recordIds }
}

function leftOver(trace: Trace, done: Done): Remaining {
  const { kind, place } = trace
  const id = 'id' in trace ? trace.id : undefined
  return {
    destination: hide(place.destination, done),
    kind,
    id: id && hide(id, done),
    state: stateOf(trace),
    why: whyLeft(trace, done),
  }
}

/** Producers choose ids, and names of destinations too. */
function hide(name: string, { spellings, number }: Done): string {
  return spellings.replaceIn(name, maskNumber(number))
}

function whyLeft(trace: Trace, { withdraw }: Done): string {
  if (isUnderWay(trace)) return 'an attempt is under way: say it again when that has ended'
  if (isWaiting(trace) && !withdraw) return 'it waits by now: withdraw it with --yes'
  if (trace.kind === 'job') return 'a worker is holding it: say it again'
  return 'it came, or changed, meanwhile: say it again'
}

function stateOf(trace: Trace): string | undefined {
  return 'state' in trace ? trace.state : undefined
}

function isCallback(trace: Trace): trace is CallbackTrace {
  return trace.kind === 'callback'
}
