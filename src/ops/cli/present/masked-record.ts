import type { CallbackRecord } from '../../../shared/store/ledger/callback-record.ts'
import { textOfRaw } from '../../../shared/store/ledger/raw.ts'
import { maskNumber, maskNumbersIn } from '../../../shared/phone/mask.ts'

/** A callback as it may be shown: the customer's number masked, in content that was never understood too. */
export function maskRecord(record: CallbackRecord): CallbackRecord {
  const { intent, raw, rawEncoding } = record
  return {
    ...record,
    intent: intent && { ...intent, callbackNumber: maskNumber(intent.callbackNumber) },
    // Decoded: in base64 nobody would see a number, and everybody could read it.
    raw: raw === undefined ? undefined : maskNumbersIn(textOfRaw({ raw, rawEncoding })),
    rawEncoding: undefined,
  }
}
