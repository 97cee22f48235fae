import type { CallbackStatus } from '../../../shared/store/ledger/callback-record.ts'
import { textOfRaw } from '../../../shared/store/ledger/raw.ts'
import { maskNumber, maskNumbersIn } from '../../../shared/phone/mask.ts'
import { isSealed } from '../../../shared/phone/sealed-number.ts'
import type { Unseal } from '../../../shared/sealing/unseal.ts'
import { maskedAttributes } from '../../text/masked-attributes.ts'

/** A callback as it may be shown: the customer's number masked, in content that was never understood too. */
export function maskRecord(record: CallbackStatus): CallbackStatus {
  const { intent, raw } = decoded(record)
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

/** With nothing masked. What is sealed is unsealed, by whoever has the keys. */
export async function revealRecord(
  record: CallbackStatus,
  unseal: Unseal | undefined,
): Promise<CallbackStatus> {
  const { intent } = record
  const revealed = decoded(record)
  if (intent === undefined) return revealed
  const callbackNumber = await revealNumber(intent.callbackNumber, unseal)
  return { ...revealed, intent: { ...intent, callbackNumber } }
}

/** `sealed`, where nobody here can unseal it. */
export async function revealNumber(number: string, unseal: Unseal | undefined): Promise<string> {
  if (!isSealed(number)) return number
  const unsealed = await unseal?.(number)
  return unsealed?.kind === 'number' ? unsealed.number : maskNumber(number)
}

/** In base64 nobody would see a number, and everybody could read it. */
function decoded(record: CallbackStatus): CallbackStatus {
  const { raw, rawEncoding } = record
  return raw === undefined
    ? record
    : { ...record, raw: textOfRaw({ raw, rawEncoding }), rawEncoding: undefined }
}
