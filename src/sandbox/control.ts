import type { IncomingMessage, ServerResponse } from 'node:http'
import { maskNumber } from '../shared/phone/mask.ts'
import type { BookingStore } from './booking-store.ts'
import type { CoreCounts, CoreApiState } from './core-api-state.ts'
import type { FaultQueue, FaultState } from './faults.ts'
import { readBody, send } from './http.ts'
import { readControlFaults } from './read-control-faults.ts'
import { json, type Reply } from './replies.ts'

/** What the control endpoint changes and reports. */
export interface ControlTarget {
  store: BookingStore
  faults: FaultQueue
  core: CoreApiState | undefined
  reset(): void
}

/** What `GET /control` answers. */
interface ControlReport {
  faults: FaultState[]
  requests: number
  booked: number
  /** Requests that got no 2xx, by status. */
  refused: Record<string, number>
  /** Requests that were stalled or cut. */
  unanswered: number
  /** The calls that were booked more than once. */
  duplicates: string[]
  bookingsByCallId: Record<string, number>
  /** Where there is a core REST API. */
  core?: CoreCounts
}

interface ControlRoute {
  path: string
  method: string
  answer: (target: ControlTarget, request: IncomingMessage) => Reply | Promise<Reply>
}

const routes: readonly ControlRoute[] = [
  { path: '/healthz', method: 'GET', answer: () => json(200, { status: 'ok' }) },
  { path: '/control', method: 'GET', answer: (target) => json(200, reportOf(target)) },
  { path: '/control/bookings', method: 'GET', answer: ({ store }) => json(200, bookingsOf(store)) },
  { path: '/control/faults', method: 'PUT', answer: putFaults },
  { path: '/control/faults', method: 'DELETE', answer: deleteFaults },
  { path: '/control/reset', method: 'POST', answer: reset },
]

/** Whether a path belongs to the operator and not to the stand-in Salesforce. */
export function isControlPath(path: string): boolean {
  return /^\/(healthz|control)(\/|\?|$)/.test(path)
}

/**
 * The operator's endpoint. It has no authentication: it is for a machine of one's own. Pages in a browser are kept out by
 * browser-guard.ts.
 *
 *     GET    /healthz            200 while the sandbox runs
 *     GET    /control            faults, counts, duplicates
 *     GET    /control/bookings   every booking, numbers masked
 *     PUT    /control/faults     faults in place of those in force: a JSON array, or a line each as on the command line
 *     DELETE /control/faults     no faults
 *     POST   /control/reset      as after the start: nothing received, nothing booked, the faults of the start
 */
export async function answerControl(
  target: ControlTarget,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '').split('?')[0]
  const here = routes.filter((route) => route.path === path)
  const route = here.find(({ method }) => method === request.method)
  if (route) {
    send(response, await route.answer(target, request))
  } else if (here.length > 0) {
    const allow = here.map(({ method }) => method).join(', ')
    send(response, json(405, { problems: [`only ${allow} is allowed here`] }, { allow }))
  } else {
    const known = routes.map(({ method, path: at }) => `${method} ${at}`).join(', ')
    send(response, json(404, { problems: [`there is only ${known}`] }))
  }
}

function reportOf({ store, faults, core }: ControlTarget): ControlReport {
  const { requests, booked, endings } = store.counts()
  const { stalled = 0, cut = 0, ...statuses } = endings
  const bookings = store.bookingsByCall()
  return {
    faults: faults.states(),
    requests,
    booked,
    refused: Object.fromEntries(
      Object.entries(statuses).filter(([status]) => Number(status) >= 300),
    ),
    unanswered: stalled + cut,
    duplicates: [...bookings].filter(([, count]) => count > 1).map(([callId]) => callId),
    bookingsByCallId: Object.fromEntries(bookings),
    ...(core && { core: core.counts() }),
  }
}

function bookingsOf(store: BookingStore): unknown[] {
  return store
    .bookings()
    .map((booking) => ({ ...booking, callbackNumber: maskNumber(booking.callbackNumber) }))
}

async function putFaults(target: ControlTarget, request: IncomingMessage): Promise<Reply> {
  const body = await readBody(request)
  if (body.kind !== 'whole') return json(413, { problems: ['the body is larger than 64 KiB'] })
  const read = readControlFaults(body.bytes.toString('utf8'))
  if (read.kind === 'problems') return json(400, { problems: read.problems })
  target.faults.replace(read.faults)
  return json(200, { faults: target.faults.states() })
}

function deleteFaults({ faults }: ControlTarget): Reply {
  faults.replace([])
  return json(200, { faults: [] })
}

function reset(target: ControlTarget): Reply {
  target.reset()
  return json(200, reportOf(target))
}
