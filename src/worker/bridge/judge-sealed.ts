import type { Intent } from '../../shared/contract/intent.ts'
import type { DestinationStore } from '../../shared/redis/destination-store.ts'
import type { OpenResult } from '../../shared/store/ledger/open.ts'
import { numberPrintOf } from '../../shared/store/ledger/places.ts'
import { readStoredNumber } from '../../shared/store/ledger/stored-number.ts'
import type { NumberKeyOf } from '../number-keys.ts'
import { withoutSealKeys, type Sealing } from '../sealing/sealing.ts'

export type JudgedOpening = Exclude<OpenResult, { kind: 'sealed' }>

interface JudgeContext {
  store: DestinationStore
  numberKeyOf: NumberKeyOf
  sealing?: Sealing | undefined
}

/**
 * Whether an intent whose number is sealed, or that of the callback under its id is, means the same as that: a number that is
 * sealed twice looks different each time, so Redis cannot tell.
 */
export async function judgeSealed(
  context: JudgeContext,
  { intent, number }: { intent: Intent; number: string },
  opening: OpenResult | undefined,
): Promise<JudgedOpening> {
  if (opening === undefined) throw new Error('an entry was not opened')
  if (opening.kind !== 'sealed') return opening
  const isSame = await isNumberOf(context, intent.id, number)
  return { kind: isSame ? 'duplicate' : 'conflict', state: opening.state }
}

/** By what stands for it first: the key that it was sealed to may be gone by now. */
async function isNumberOf(
  { store, numberKeyOf, sealing = withoutSealKeys }: JudgeContext,
  id: string,
  number: string,
): Promise<boolean> {
  const stored = await readStoredNumber(store, id)
  if (stored === undefined) return false
  const key = await numberKeyOf(store.ref)
  if (key !== undefined && stored.numberPrint === numberPrintOf(key, number)) return true
  const unsealed = await sealing.unseal(stored.callbackNumber)
  return unsealed.kind === 'number' && unsealed.number === number
}
