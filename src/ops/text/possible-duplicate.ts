import type { CallbackStatus } from '../../shared/store/ledger/callback-record.ts'

/** Where further bookings are known, that is what is known: whether there are more of them, nobody can say. */
export function duplicateInWords({
  possibleDuplicate,
  recordId,
  otherRecordIds,
}: Pick<CallbackStatus, 'possibleDuplicate' | 'recordId' | 'otherRecordIds'>): string | undefined {
  if (!possibleDuplicate) return undefined
  const bookings = otherRecordIds.length + (recordId === undefined ? 0 : 1)
  if (bookings > 1) return `booked ${bookings} times`
  // A replay sends what is booked once more.
  if (otherRecordIds.length === 1) return 'booked before'
  return 'an attempt may have booked unnoticed'
}
