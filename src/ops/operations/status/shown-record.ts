import type { CallbackStatus } from '../../../shared/store/ledger/callback-record.ts'
import { textOfRaw } from '../../../shared/store/ledger/raw.ts'
import { maskNumber, maskNumbersIn } from '../../../shared/phone/mask.ts'
import { maskedAttributes } from '../../text/masked-attributes.ts'

/** A callback as it may be shown: the customer's number masked, in content that was never understood too. */
export function maskRecord(record: CallbackStatus): CallbackStatus {
  const { intent, raw } = revealRecord(record)
  return {
    ...record,
    intent: intent && {
      ...intent,
      callbackNumber: maskNumber(intent.callbackNumber),
      ...(intent.attributes && { attributes: maskedAttributes(intent.attributes) }),
    },
    raw: raw === undefined ? undefined : maskNumbersIn(raw),
    rawEncoding: undefined,
  }
}

/** With nothing masked. Decoded: in base64 nobody would see a number, and everybody could read it. */
export function revealRecord(record: CallbackStatus): CallbackStatus {
  const { raw, rawEncoding } = record
  return raw === undefined
    ? record
    : { ...record, raw: textOfRaw({ raw, rawEncoding }), rawEncoding: undefined }
}
