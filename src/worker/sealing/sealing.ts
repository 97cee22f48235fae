import { maskNumbersIn } from '../../shared/phone/mask.ts'
import { boundIdOf, isSealed } from '../../shared/phone/sealed-number.ts'
import { createUnseal, type Unseal, type Unsealed } from '../../shared/sealing/unseal.ts'

/** What a destination makes of sealed numbers, and of those that are not. */
export interface Sealing {
  unseal: Unseal
  /** Numbers in the clear are not taken. */
  required: boolean
  /** In an intent, those that were sealed for any are not taken. */
  bound: boolean
}

/** Of a destination that has no keys. */
export const withoutSealKeys: Sealing = {
  unseal: createUnseal(() => []),
  required: false,
  bound: false,
}

/** Why nobody can be called: as a code, and in words for whoever finds the dead letter. */
export interface Unsealable {
  code:
    | 'unknown-seal-key'
    | 'broken-seal'
    | 'invalid-intent'
    | 'sealing-required'
    | 'seal-of-another'
    | 'binding-required'
  message: string
}

export type NumberReading = { kind: 'number'; number: string } | ({ kind: 'problem' } & Unsealable)

/** The number as it is dialled. `id`: of the intent that it stands in; undefined in a cancel or a reschedule. */
export async function readNumber(
  { unseal, required, bound }: Sealing,
  callbackNumber: string,
  id: string | undefined,
): Promise<NumberReading> {
  if (!isSealed(callbackNumber)) {
    return required ? sealingRequired : { kind: 'number', number: callbackNumber }
  }
  const unsealed = await unseal(callbackNumber)
  if (unsealed.kind !== 'number') return { kind: 'problem', ...unsealableOf(unsealed) }
  if (bound && id !== undefined && boundIdOf(callbackNumber) === undefined) return bindingRequired
  return isOfAnother(callbackNumber, id) ? { kind: 'problem', ...sealOfAnother } : unsealed
}

/** Whether a sealed number was sealed for the intent of another id. */
export function isOfAnother(sealed: string, id: string | undefined): boolean {
  const boundId = boundIdOf(sealed)
  return boundId !== undefined && boundId !== id
}

export const sealOfAnother: Unsealable = {
  code: 'seal-of-another',
  message:
    'callbackNumber: was sealed for the intent of another id, which its header names; seal the number anew for this one, and send it again',
}

const bindingRequired: NumberReading = {
  kind: 'problem',
  code: 'binding-required',
  message:
    'callbackNumber: was sealed for no id, and this destination takes only what was sealed for its intent; seal the number anew, with the intent’s id in the header as id, and send it again',
}

const sealingRequired: NumberReading = {
  kind: 'problem',
  code: 'sealing-required',
  message:
    'callbackNumber: is not sealed, and this destination takes sealed numbers only; seal it to one of its public keys and send it again',
}

export function unsealableOf(unsealed: Exclude<Unsealed, { kind: 'number' }>): Unsealable {
  switch (unsealed.kind) {
    case 'unknown-key': {
      const key = maskNumbersIn(unsealed.kid ?? 'unknown')
      const message = `callbackNumber: is sealed to the key ${key}, which is not among the keys of this worker; put it back into the file that RINGBACK_SEAL_KEYS_FILE names, and redrive`
      return { code: 'unknown-seal-key', message }
    }
    case 'broken': {
      const message =
        'callbackNumber: cannot be unsealed: it is damaged, or was sealed to another key than it names; seal the number anew, and send it again'
      return { code: 'broken-seal', message }
    }
    case 'no-number': {
      const message = `callbackNumber: what was sealed is no number: it ${unsealed.problem}`
      return { code: 'invalid-intent', message }
    }
  }
}
