import { canonicalCallId, salesforceId18 } from '../shared/contract/salesforce-id.ts'
import type { Clock } from '../shared/time/clock.ts'
import { epochMsOf, isoTimestamp } from '../shared/time/timestamp.ts'
import type { CallbackBody } from './check-request.ts'

/** Details of this many requests are kept; counts are kept of all. */
const requestsKept = 10_000
const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** How a request ended: a status, or without an answer. */
export type RequestEnd = number | 'stalled' | 'cut'

/** A request to anything but the control endpoint, as it arrived whole. Holds the customer's number: never print it. */
export interface ReceivedRequest {
  /** 1 for the first request of all. */
  number: number
  /** 1 for the first request for this call; counts in the same way when the path names no call. */
  nth: number
  receivedAt: string
  method: string
  path: string
  /** As the path gave it, decoded; absent when the path is not that of the endpoint. */
  callId?: string
  /** All but Authorization. Idempotency-Key is found here; the sandbox never acts on it, as Salesforce documents none. */
  headers: Record<string, string>
  /** Tells one token from another without keeping it. */
  tokenFingerprint?: string
  /** The first 4096 characters. */
  body: string
  /** Absent until it is decided. */
  ending?: RequestEnd
}

/** Stands for a ContactRequest. Holds the customer's number: never print it. */
export interface Booking extends CallbackBody {
  recordId: string
  callId: string
  bookedAt: string
  /** {@link ReceivedRequest.number} of the request that made it. */
  request: number
  idempotencyKey?: string
}

export interface Counts {
  requests: number
  booked: number
  /** Requests by status, or by how they ended without one. */
  endings: Record<string, number>
}

/**
 * Everything received and booked. Calls are told apart as Salesforce would: both forms of a VoiceCall's id are one call.
 * Bookings are all kept, since they are what the sandbox is there to show: some 300 bytes each.
 */
export class BookingStore {
  readonly #clock: Clock
  /** Record ids go on from here; taken from the clock, so that a restarted sandbox does not repeat them. */
  #lastRecord: number
  #requests = new Map<number, ReceivedRequest>()
  #requestCount = 0
  #requestsByCall = new Map<string, number>()
  #endings = new Map<string, number>()
  #bookings: Booking[] = []
  #bookingsByCall = new Map<string, Booking[]>()

  constructor(clock: Clock) {
    this.#clock = clock
    // Milliseconds times 1000 stay below 2^53 until the year 2255.
    this.#lastRecord = clock.now() * 1000
  }

  receive(arrival: Omit<ReceivedRequest, 'number' | 'nth' | 'receivedAt'>): ReceivedRequest {
    const number = (this.#requestCount += 1)
    const nth = add(this.#requestsByCall, callKey(arrival.callId))
    const request = { number, nth, receivedAt: isoTimestamp(this.#clock.now()), ...arrival }
    this.#requests.set(number, request)
    this.#requests.delete(number - requestsKept)
    return request
  }

  end(number: number, ending: RequestEnd): void {
    add(this.#endings, String(ending))
    const request = this.#requests.get(number)
    if (request) this.#requests.set(number, { ...request, ending })
  }

  book(request: ReceivedRequest & { callId: string }, body: CallbackBody): Booking {
    const idempotencyKey = request.headers['idempotency-key']
    const booking: Booking = {
      ...body,
      recordId: this.newRecordId(),
      callId: request.callId,
      bookedAt: isoTimestamp(this.#clock.now()),
      request: request.number,
      ...(idempotencyKey !== undefined && { idempotencyKey }),
    }
    this.#bookings.push(booking)
    const key = callKey(request.callId)
    const earlier = this.#bookingsByCall.get(key)
    if (earlier) earlier.push(booking)
    else this.#bookingsByCall.set(key, [booking])
    return booking
  }

  newRecordId(): string {
    return recordId((this.#lastRecord += 1))
  }

  requests(): ReceivedRequest[] {
    return [...this.#requests.values()]
  }

  requestCountOf(callId: string): number {
    return this.#requestsByCall.get(callKey(callId)) ?? 0
  }

  /** `undefined` also when it came too long ago for its details to be kept. */
  requestOf(callId: string, nth: number): ReceivedRequest | undefined {
    const key = callKey(callId)
    return this.requests().find(
      (request) =>
        request.nth === nth && request.callId !== undefined && callKey(request.callId) === key,
    )
  }

  bookings(): Booking[] {
    return [...this.#bookings]
  }

  /** All but those that were made earlier: a look at these costs the same however many there are. */
  bookingsSince(fromMs: number): Booking[] {
    const isEarlier = ({ bookedAt }: Booking) => epochMsOf(bookedAt) < fromMs
    return this.#bookings.slice(this.#bookings.findLastIndex(isEarlier) + 1)
  }

  /** As Salesforce does when it is restored from a backup that was made before. */
  forget(callId: string): void {
    const key = callKey(callId)
    this.#bookingsByCall.delete(key)
    this.#bookings = this.#bookings.filter((each) => callKey(each.callId) !== key)
  }

  bookingsOf(callId: string): Booking[] {
    return [...(this.#bookingsByCall.get(callKey(callId)) ?? [])]
  }

  bookingsByCall(): Map<string, number> {
    return new Map([...this.#bookingsByCall].map(([callId, { length }]) => [callId, length]))
  }

  counts(): Counts {
    return {
      requests: this.#requestCount,
      booked: this.#bookings.length,
      endings: Object.fromEntries(this.#endings),
    }
  }

  clear(): void {
    this.#requests = new Map()
    this.#requestCount = 0
    this.#requestsByCall = new Map()
    this.#endings = new Map()
    this.#bookings = []
    this.#bookingsByCall = new Map()
  }
}

function callKey(callId: string | undefined): string {
  return callId === undefined ? '' : canonicalCallId(callId)
}

function add(counts: Map<string, number>, key: string): number {
  const count = (counts.get(key) ?? 0) + 1
  counts.set(key, count)
  return count
}

/** `0Tz` is ContactRequest's prefix in the API page's sample; the rest is a number in base 62. */
function recordId(value: number): string {
  let digits = ''
  for (let rest = value; rest > 0; rest = Math.floor(rest / 62)) {
    digits = base62.charAt(rest % 62) + digits
  }
  return salesforceId18(`0Tz${digits.padStart(12, '0')}`)
}
