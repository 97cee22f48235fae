import { compactDecrypt } from 'jose'

import { phoneProblem } from '../phone/phone-problem.ts'
import {
  isSealed,
  keyIdOf,
  sealedProblem,
  sealingAlgorithms,
  sealingEncryption,
} from '../phone/sealed-number.ts'
import type { SealKey } from './seal-keys.ts'

/** What a number turned out to be, sealed or not. */
export type Unsealed =
  | { kind: 'number'; number: string }
  /** Nobody here has the key that it was sealed to. */
  | { kind: 'unknown-key'; kid: string | undefined }
  /** It is damaged, or was sealed to another key of that kid: the two cannot be told apart. */
  | { kind: 'broken' }
  /** What was sealed is no number. */
  | { kind: 'no-number'; problem: string }

/** The number itself, of one that is not sealed at once. */
export type Unseal = (callbackNumber: string) => Promise<Unsealed>

/** By the keys that are there when it is asked. */
export function createUnseal(keys: () => readonly SealKey[]): Unseal {
  return async (callbackNumber) => {
    if (!isSealed(callbackNumber)) return { kind: 'number', number: callbackNumber }
    if (sealedProblem(callbackNumber) !== undefined) return { kind: 'broken' }
    const kid = keyIdOf(callbackNumber)
    const key = keys().find((each) => each.kid === kid)
    if (key === undefined) return { kind: 'unknown-key', kid }
    const text = await textIn(callbackNumber, key)
    if (text === undefined) return { kind: 'broken' }
    const problem = phoneProblem(text)
    return problem === undefined ? { kind: 'number', number: text } : { kind: 'no-number', problem }
  }
}

async function textIn(sealed: string, { privateKey, alg }: SealKey): Promise<string | undefined> {
  try {
    const { plaintext } = await compactDecrypt(sealed, privateKey, {
      keyManagementAlgorithms: sealingAlgorithms.filter((each) => each === alg),
      contentEncryptionAlgorithms: [sealingEncryption],
    })
    return new TextDecoder().decode(plaintext)
  } catch {
    // What jose says tells where it broke, which is of use to nobody but somebody who tries.
    return undefined
  }
}
