import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { onTestFinished } from 'vitest'

import type { SealingAlgorithm } from '../../src/shared/phone/sealed-number.ts'
import { makeSealKeys } from '../../src/shared/sealing/make-keys.ts'
import { createSeal } from '../../src/shared/sealing/seal.ts'
import { publicJwkOf, writeSealKeys, type SealKey } from '../../src/shared/sealing/seal-keys.ts'
import type { Bundle } from './ringback.ts'

const sealNumberKey = 'a number key of tests, which protects nothing'.replaceAll(' ', '-')

/** Made once for each file of tests: a key of RSA takes its time. */
let made: Promise<SealKey[]> | undefined

function testSealKeys(): Promise<SealKey[]> {
  return (made ??= makeSealKeys(Date.parse('2026-01-01T00:00:00Z')))
}

export interface SealKeysFile {
  file: string
  keys: readonly SealKey[]
  /** To the key of this algorithm. */
  seal: (number: string, alg?: SealingAlgorithm) => Promise<string>
  /** For the intent of this id. */
  sealFor: (id: string, number: string) => Promise<string>
  /** As an operator would. */
  replace: (keys: readonly SealKey[]) => void
}

async function writeTestSealKeys(): Promise<SealKeysFile> {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-seal-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'keys.json')
  const keys = await testSealKeys()
  const replace = (others: readonly SealKey[]) =>
    writeFileSync(file, writeSealKeys(others), { mode: 0o600 })
  replace(keys)
  return {
    file,
    keys,
    seal: (number, alg) => sealTo(keys, number, { alg }),
    sealFor: (id, number) => sealTo(keys, number, { id }),
    replace,
  }
}

export async function sealTo(
  keys: readonly SealKey[],
  number: string,
  { alg = 'ECDH-ES+A256KW', id }: { alg?: SealingAlgorithm | undefined; id?: string } = {},
): Promise<string> {
  const key = keys.find((each) => each.alg === alg)
  if (key === undefined) throw new Error(`there is no key for ${alg}`)
  return await createSeal()(number, publicJwkOf(key), id)
}

/** From now on the workers of this test have keys. */
export async function giveSealKeys(
  { config }: Pick<Bundle, 'config'>,
  { required = false, bound = false } = {},
): Promise<SealKeysFile> {
  const keys = await writeTestSealKeys()
  const sealing = { keysFile: keys.file, required, bound }
  const destinations = config.destinations.map((each) => ({ ...each, sealing }))
  Object.assign(config, { numberKey: sealNumberKey, destinations })
  return keys
}
