import { maskNumbersIn } from '../../shared/phone/mask.ts'
import { isSealed } from '../../shared/phone/sealed-number.ts'
import { createUnseal, type Unseal, type Unsealed } from '../../shared/sealing/unseal.ts'

/** What a destination makes of sealed numbers, and of those that are not. */
export interface Sealing {
  unseal: Unseal
  /** Numbers in the clear are not taken. */
  required: boolean
}

/** Of a destination that has no keys. */
export const withoutSealKeys: Sealing = { unseal: createUnseal(() => []), required: false }

/** Why nobody can be called: as a code, and in words for whoever finds the dead letter. */
export interface Unsealable {
  code: 'unknown-seal-key' | 'broken-seal' | 'invalid-intent' | 'sealing-required'
  message: string
}

export type NumberReading = { kind: 'number'; number: string } | ({ kind: 'problem' } & Unsealable)

/** The number as it is dialled. */
export async function readNumber(
  { unseal, required }: Sealing,
  callbackNumber: string,
): Promise<NumberReading> {
  if (!isSealed(callbackNumber)) {
    return required ? sealingRequired : { kind: 'number', number: callbackNumber }
  }
  const unsealed = await unseal(callbackNumber)
  return unsealed.kind === 'number' ? unsealed : { kind: 'problem', ...unsealableOf(unsealed) }
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
