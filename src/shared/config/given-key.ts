import { resolve } from 'node:path'

import type { DestinationSettings } from './destination-settings.ts'
import type { DestinationSource } from './destination-source.ts'
import { readPrivateKey, type PrivateKeyReading } from './private-key.ts'

/** The two settings of a key: its text, and the path of its file. */
export interface KeySettings {
  text: 'privateKey' | 'verifyPrivateKey'
  file: 'privateKeyFile' | 'verifyPrivateKeyFile'
}

export interface KeyReading {
  /** The setting it came from. */
  setting: KeySettings['text' | 'file']
  reading: PrivateKeyReading
}

/** `undefined` when neither is given, or what is given is wrong in itself. */
export function readGivenKey(
  { folder }: DestinationSource,
  values: Partial<DestinationSettings>,
  settings: KeySettings,
): KeyReading | undefined {
  const text = values[settings.text]
  if (text !== undefined) {
    return { setting: settings.text, reading: readPrivateKey({ kind: 'text', text }) }
  }
  const file = values[settings.file]
  if (file === undefined) return undefined
  const path = resolve(folder, file)
  return { setting: settings.file, reading: readPrivateKey({ kind: 'file', path }) }
}
