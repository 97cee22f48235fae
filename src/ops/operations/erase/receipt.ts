import type { NumberSpellings } from '../../../shared/phone/number-spellings.ts'
import { maskNumber } from '../../../shared/phone/mask.ts'
import { shownRecordId } from '../../../shared/telemetry/shown-record-id.ts'
import { isUnderWay, isWaiting, type CallbackTrace, type Trace, type Unsearched } from './trace.ts'

/** What an erasure did, with no number in it: for the customer's file. */
export interface Receipt {
  /**
   * - `erased`: nothing of it is left
   * - `nothing-found`: there was nothing
   * - `unconfirmed`: nobody has said yes; nothing was done
   * - `dry-run`: it was only to be shown; nothing was done
   * - `incomplete`: something is left, see `remaining`
   */
  outcome: 'erased' | 'nothing-found' | 'unconfirmed' | 'dry-run' | 'incomplete'
  number: string
  at: string
  namespace: string
  destinations: readonly string[]
  /** Promises that were withdrawn, or would be: callbacks that nobody will be sent. */
  withdrawn: number
  /** What is gone; with `unconfirmed` and `dry-run` what would be. */
  counts: Count[]
  callbacks: ReceiptCallback[]
  remaining: Remaining[]
  /** What may hold the number, and could not be searched: it is too large, or sealed to a key that is not here. */
  unsearched: UnsearchedLine[]
}

interface UnsearchedLine {
  destination: string
  kind: Unsearched['kind']
  id: string
  why: Unsearched['why']
  bytes: number
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

interface ErasureFacts {
  number: string
  spellings: NumberSpellings
  at: string
  namespace: string
  destinations: readonly string[]
  withdraw: boolean
  unsearched: readonly Unsearched[]
}

export interface ErasureRun extends ErasureFacts {
  erased: readonly Trace[]
  /** Undefined: it was interrupted, and nobody has looked. */
  remaining: readonly Trace[] | undefined
}

export function receiptOf(done: ErasureRun): Receipt {
  const { erased, remaining = [] } = done
  return {
    ...receiptFields(erased, { ...done, outcome: outcomeOf(done) }),
    remaining: remaining.map((trace) => remainingOf(trace, done)),
  }
}

/** What an erasure would do, as a receipt. Nothing was done. */
export function previewOf(
  found: readonly Trace[],
  preview: ErasureFacts & { outcome: 'unconfirmed' | 'dry-run' },
): Receipt {
  const outcome = found.length === 0 ? 'nothing-found' : preview.outcome
  const stays = found.filter(isUnderWay)
  return {
    ...receiptFields(
      found.filter((trace) => !stays.includes(trace)),
      { ...preview, outcome },
    ),
    remaining: stays.map((trace) => remainingOf(trace, preview)),
  }
}

function receiptFields(
  traces: readonly Trace[],
  receipt: ErasureFacts & { outcome: Receipt['outcome'] },
): Omit<Receipt, 'remaining'> {
  const { outcome, number, at, namespace, destinations } = receipt
  return {
    outcome,
    number: maskNumber(number),
    at,
    namespace,
    destinations: destinations.map((name) => hide(name, receipt)),
    withdrawn: traces.filter(isWaiting).length,
    counts: countsOf(traces),
    callbacks: traces.filter(isCallback).map((trace) => callbackOf(trace, receipt)),
    unsearched: receipt.unsearched.map(({ ref, kind, id, why, bytes }) => ({
      destination: hide(ref.destination, receipt),
      kind,
      id: hide(id, receipt),
      why,
      bytes,
    })),
  }
}

function outcomeOf({ erased, remaining }: ErasureRun): Receipt['outcome'] {
  if (remaining === undefined || remaining.length > 0) return 'incomplete'
  return erased.length === 0 ? 'nothing-found' : 'erased'
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

function callbackOf(trace: CallbackTrace, done: ErasureFacts): ReceiptCallback {
  const { ref, id, state, recordIds } = trace
  return {
    destination: hide(ref.destination, done),
    id: hide(id, done),
    state,
    recordIds: recordIds.map(shownRecordId),
  }
}

function remainingOf(trace: Trace, done: ErasureFacts): Remaining {
  const { kind, ref } = trace
  const id = 'id' in trace ? trace.id : undefined
  return {
    destination: hide(ref.destination, done),
    kind,
    id: id && hide(id, done),
    state: stateOf(trace),
    why: whyLeft(trace, done),
  }
}

/** Producers choose ids, and names of destinations too. */
function hide(name: string, { spellings, number }: ErasureFacts): string {
  return spellings.replaceIn(name, maskNumber(number))
}

function whyLeft(trace: Trace, { withdraw }: ErasureFacts): string {
  if (isUnderWay(trace)) return 'an attempt is under way: run this again when it has ended'
  if (isWaiting(trace) && !withdraw) return 'it is waiting now: withdraw it with --yes'
  if (trace.kind === 'job') return 'a worker is holding it: run this again'
  return 'it arrived or changed meanwhile: run this again'
}

function stateOf(trace: Trace): string | undefined {
  return 'state' in trace ? trace.state : undefined
}

function isCallback(trace: Trace): trace is CallbackTrace {
  return trace.kind === 'callback'
}
