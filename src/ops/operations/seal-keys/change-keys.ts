import { existsSync } from 'node:fs'

import { readSealKeysFile } from '../../../shared/config/features/sealing.ts'
import { RingbackError } from '../../../shared/errors/errors.ts'
import type { SealingAlgorithm } from '../../../shared/phone/sealed-number.ts'
import { makeSealKeys } from '../../../shared/sealing/make-keys.ts'
import { publishedKeys, writeSealKeys, type SealKey } from '../../../shared/sealing/seal-keys.ts'
import { isoTimestamp } from '../../../shared/time/timestamp.ts'
import { replaceFile } from '../files/replace-file.ts'

/** A key as it may be shown: nothing of what unseals. */
export interface ShownKey {
  kid: string
  alg: SealingAlgorithm
  /** `waiting`: until `publishFrom` no producer seals to it. `old`: none does any more, and it unseals. */
  state: 'waiting' | 'published' | 'old'
  publishFrom: string
}

export interface ListedKeys {
  file: string
  keys: ShownKey[]
}

/** What became of a wish to change the keys of a file. */
export interface ChangedKeys extends ListedKeys {
  outcome: 'made' | 'rotated' | 'retired' | 'published' | 'unknown'
  /** Those that it is about. */
  kids: readonly string[]
}

/** The first keys of a destination, which are published at once. Throws if there are some: they would be lost. */
export async function makeKeys(file: string, nowMs: number): Promise<ChangedKeys> {
  if (existsSync(file)) {
    throw wrong(
      `${file} is there already. Add keys to it by \`ringback keys rotate\`, or name another file.`,
    )
  }
  const made = await makeSealKeys(nowMs)
  replaceFile(file, writeSealKeys(made))
  return { ...listed(file, made, nowMs), outcome: 'made', kids: kidsOf(made) }
}

/** Adds keys, which take the place of those that are published when their time has come. */
export async function rotateKeys(
  file: string,
  { nowMs, inMs }: { nowMs: number; inMs: number },
): Promise<ChangedKeys> {
  const before = keysIn(file)
  const made = await makeSealKeys(nowMs + inMs)
  const keys = [...before, ...made]
  replaceFile(file, writeSealKeys(keys))
  return { ...listed(file, keys, nowMs), outcome: 'rotated', kids: kidsOf(made) }
}

/** Takes keys out for good. Changes nothing where one of them is published, or is not there. */
export function retireKeys(
  file: string,
  { kids, nowMs }: { kids: readonly string[]; nowMs: number },
): ChangedKeys {
  const keys = keysIn(file)
  const unchanged = listed(file, keys, nowMs)
  const unknown = kids.filter((kid) => !kidsOf(keys).includes(kid))
  if (unknown.length > 0) return { ...unchanged, outcome: 'unknown', kids: unknown }
  const inUse = kidsOf(publishedKeys(keys, nowMs)).filter((kid) => kids.includes(kid))
  if (inUse.length > 0) return { ...unchanged, outcome: 'published', kids: inUse }
  const left = keys.filter(({ kid }) => !kids.includes(kid))
  replaceFile(file, writeSealKeys(left))
  return { ...listed(file, left, nowMs), outcome: 'retired', kids }
}

export function listKeys(file: string, nowMs: number): ListedKeys {
  return listed(file, keysIn(file), nowMs)
}

function listed(file: string, keys: readonly SealKey[], nowMs: number): ListedKeys {
  const published = publishedKeys(keys, nowMs)
  return {
    file,
    keys: keys.map((key) => ({
      kid: key.kid,
      alg: key.alg,
      state: stateOf(key, { isPublished: published.includes(key), nowMs }),
      publishFrom: isoTimestamp(key.publishFromMs),
    })),
  }
}

function stateOf(
  { publishFromMs }: SealKey,
  { isPublished, nowMs }: { isPublished: boolean; nowMs: number },
): ShownKey['state'] {
  if (isPublished) return 'published'
  return publishFromMs > nowMs ? 'waiting' : 'old'
}

function kidsOf(keys: readonly SealKey[]): string[] {
  return keys.map(({ kid }) => kid)
}

function keysIn(file: string): SealKey[] {
  const reading = readSealKeysFile(file)
  if (reading.kind === 'ok') return reading.keys
  throw wrong(`The path of the keys ${reading.message}: ${file}.`)
}

function wrong(message: string): RingbackError {
  return new RingbackError('invalid-configuration', message)
}
