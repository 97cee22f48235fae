import type { StoreConfig } from '../../../shared/config/config.ts'
import { isSealed } from '../../../shared/phone/sealed-number.ts'
import type { DestinationRef } from '../../../shared/redis/keys.ts'
import type { Unseal } from '../../../shared/sealing/unseal.ts'
import { numberKeyOf, numberPrintOf } from '../../../shared/store/ledger/places.ts'
import { unsealHere } from '../seal-keys/unseal-here.ts'

/** A number that is sealed, and what stands for it where a worker has taken it in. */
export interface SealedNumber {
  callbackNumber: string
  numberPrint?: string | undefined
  /** By which key the print was made. */
  placed?: string | undefined
}

/** Whether a sealed number is the one that is looked for; undefined: nobody here can tell. */
export type IsSealedNumber = (
  sealed: SealedNumber,
  ref: DestinationRef,
) => Promise<boolean | undefined>

/** By what stands for it, else by unsealing it, where the keys are at hand. */
export function createSealedSearch(config: StoreConfig, number: string): IsSealedNumber {
  const key = config.numberKey === undefined ? undefined : numberKeyOf(config.numberKey)
  const print = key && numberPrintOf(key, number)
  const unseals = new Map<string, Promise<Unseal | undefined>>()
  const unsealOf = (destination: string) => {
    const unseal = unseals.get(destination) ?? unsealHere(config, destination)
    unseals.set(destination, unseal)
    return unseal
  }
  return async ({ callbackNumber, numberPrint, placed }, { destination }) => {
    if (numberPrint !== undefined && placed === String(key?.mark)) return numberPrint === print
    const unseal = await unsealOf(destination)
    const unsealed = await unseal?.(callbackNumber)
    return unsealed?.kind === 'number' ? unsealed.number === number : undefined
  }
}

/** The sealed number in an intent, a cancel or a reschedule, however it is written. */
export function sealedNumberIn(bytes: Buffer | undefined): string | undefined {
  const value = bytes === undefined ? undefined : jsonOf(bytes)
  if (typeof value !== 'object' || value === null || !('callbackNumber' in value)) return undefined
  const { callbackNumber } = value
  return typeof callbackNumber === 'string' && isSealed(callbackNumber) ? callbackNumber : undefined
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return undefined
  }
}
