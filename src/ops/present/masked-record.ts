import type { CallbackRecord } from '../../shared/ledger/callback-record.ts'
import { maskNumber, maskNumbersIn } from '../../shared/telemetry/mask.ts'

/** A callback as it may be shown: the customer's number masked, in content that was never understood too. */
export function maskRecord(record: CallbackRecord): CallbackRecord {
  const { intent, raw } = record
  return {
    ...record,
    intent: intent && { ...intent, callbackNumber: maskNumber(intent.callbackNumber) },
    raw: raw === undefined ? undefined : maskNumbersIn(raw),
  }
}
