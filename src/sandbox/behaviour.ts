import { DateTime } from 'luxon'
import { parseDurationMs } from '../shared/time/duration.ts'
import type { Fault } from './faults.ts'
import {
  booked,
  bookedWithErrors,
  bookedWithoutRecordId,
  broken,
  garbage,
  limited,
  oneError,
  redirect,
  type Reply,
  unauthorized,
} from './replies.ts'

/** What happens to a request that passed every check. */
export type Behaviour =
  | { kind: 'accept'; reply: (recordId: string) => Reply }
  | { kind: 'fail'; booked: boolean; end: Reply | 'stalled' | 'cut' }

/** Pure: the behaviour that a fault, or none, gives to a request. Every 2xx books; everything else books only when told to. */
export function behaviourFor(fault: Fault | undefined, nowMs: number): Behaviour {
  if (!fault) return { kind: 'accept', reply: booked }
  switch (fault.do) {
    // The latter three are of queries; no request to book meets them.
    case 'slow':
    case 'lag':
    case 'several':
    case 'reformat':
      return { kind: 'accept', reply: booked }
    case 'omit-record-id':
      return { kind: 'accept', reply: bookedWithoutRecordId }
    case 'errors-in-success':
      return { kind: 'accept', reply: bookedWithErrors }
    case 'garbage':
      return { kind: 'accept', reply: () => garbage(fault.bytes) }
    case 'stall':
      return { kind: 'fail', booked: fault.booked === true, end: 'stalled' }
    case 'cut':
      return { kind: 'fail', booked: fault.when === 'after', end: 'cut' }
    case 'break':
      return { kind: 'fail', booked: fault.booked === true, end: refusal(fault, nowMs) }
    default:
      return { kind: 'fail', booked: false, end: refusal(fault, nowMs) }
  }
}

type Refusing = Extract<Fault, { do: 'refuse' | 'limit' | 'break' | 'unauthorized' | 'redirect' }>

function refusal(fault: Refusing, nowMs: number): Reply {
  switch (fault.do) {
    case 'refuse': {
      const { status = 400, code = 'REFUSED', message = 'Sandbox: refused on request' } = fault
      return oneError(status, code, message)
    }
    case 'limit':
      return limited(retryAfterHeader(fault.retryAfter, nowMs))
    case 'break':
      return broken(
        fault.status ?? 503,
        retryAfterHeader(fault.retryAfter, nowMs),
        fault.body ?? 'json',
      )
    case 'unauthorized':
      return unauthorized('Sandbox: unauthorized on request')
    case 'redirect':
      return redirect()
  }
}

/** HTTP dates know whole seconds only: rounded up, so that nobody is called back too early. */
export function retryAfterHeader(
  retryAfter: number | string | undefined,
  nowMs: number,
): Record<string, string> {
  if (retryAfter === undefined) return {}
  const durationMs = typeof retryAfter === 'string' ? parseDurationMs(retryAfter) : undefined
  if (durationMs === undefined) return { 'retry-after': String(retryAfter) }
  const wholeSeconds = Math.ceil((nowMs + durationMs) / 1000)
  return { 'retry-after': DateTime.fromSeconds(wholeSeconds).toHTTP() ?? '' }
}
