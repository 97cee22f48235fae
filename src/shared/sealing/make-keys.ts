import { createHash, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'

import { sealingAlgorithms, type SealingAlgorithm } from '../phone/sealed-number.ts'
import type { SealKey } from './seal-keys.ts'

const generate = promisify(generateKeyPair)

/** What lies in a backup is read in many years too. */
const rsaBits = 3_072

/** One key for each algorithm: not every language has both. */
export function makeSealKeys(publishFromMs: number): Promise<SealKey[]> {
  return Promise.all(sealingAlgorithms.map((alg) => makeKey(alg, publishFromMs)))
}

async function makeKey(alg: SealingAlgorithm, publishFromMs: number): Promise<SealKey> {
  const { privateKey, publicKey } =
    alg === 'RSA-OAEP-256'
      ? await generate('rsa', { modulusLength: rsaBits })
      : await generate('ec', { namedCurve: 'P-256' })
  const kind = alg === 'RSA-OAEP-256' ? 'rsa' : 'ec'
  return { kid: `${kind}-${printOf(publicKey)}`, alg, publishFromMs, privateKey }
}

/** Letters only: a row of digits would be taken for a number, wherever such are looked for. */
function printOf(publicKey: KeyObject): string {
  const digest = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest()
  return Array.from(digest.subarray(0, 10), (byte) => String.fromCharCode(97 + (byte % 26))).join(
    '',
  )
}
