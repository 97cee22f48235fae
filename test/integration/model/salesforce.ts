import type { ContactRequestSearch } from '../../../src/shared/delivery/contact-request-search.ts'
import type { SalesforceAnswer } from '../../../src/shared/delivery/salesforce-answer.ts'
import { salesforceId18 } from '../../../src/shared/contract/salesforce-id.ts'

export type Answer = 'booked' | 'booked-unheard' | 'unheard' | 'unavailable' | 'refused'

export interface Booking {
  recordId: string
  id: string
  callbackNumber: string
  /** The worker's name. */
  by: string
  atMs: number
}

/** A booking can be found this long after it was made. */
export const lagMs = 4_000

const answered = {
  kind: 'answered' as const,
  phase: 'answered' as const,
  bytesSent: 100,
  errors: [],
  retryAfterMs: undefined,
  durationMs: 1,
}
const unheard = { kind: 'failed', code: 'timeout', message: '…', durationMs: 1 } as const

/** Books whatever it is sent, every time anew. */
export function createSalesforce(now: () => number) {
  const bookings: Booking[] = []

  function book(request: Pick<Booking, 'id' | 'callbackNumber' | 'by'>): string {
    const recordId = salesforceId18(`0TzLT${String(bookings.length).padStart(10, '0')}`)
    bookings.push({ ...request, recordId, atMs: now() })
    return recordId
  }

  function request(given: Parameters<typeof book>[0], answer: Answer): SalesforceAnswer {
    const recordId = answer.startsWith('booked') ? book(given) : undefined
    if (answer === 'booked') return { ...answered, status: 200, recordId }
    if (answer === 'refused') return { ...answered, status: 400, recordId }
    if (answer === 'unavailable')
      return { ...unheard, sent: false, phase: 'preparing', bytesSent: 0 }
    return { ...unheard, sent: true, phase: 'sent', bytesSent: 100 }
  }

  function search(
    { callbackNumber, sinceMs }: { callbackNumber: string; sinceMs: number },
    kind: ContactRequestSearch['kind'],
  ): ContactRequestSearch {
    if (kind !== 'found') return { kind, code: kind, message: '…', retryAfterMs: undefined }
    const isFound = (booking: Booking) =>
      booking.callbackNumber === callbackNumber &&
      booking.atMs >= sinceMs &&
      booking.atMs + lagMs <= now()
    const recordIds = bookings.filter(isFound).map(({ recordId }) => recordId)
    return { kind, recordIds, complete: true }
  }

  return { bookings, request, search }
}
