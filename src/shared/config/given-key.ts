import { resolve } from 'node:path'

import { isGiven, type DestinationSource } from './destination-source.ts'
import { readPrivateKey, type PrivateKeyReading } from './private-key.ts'
import { readSetting } from './read-settings.ts'
import type { Setting } from './setting.ts'

/** The two settings of a secret: its text, and the path of a file that holds it. */
export interface TextOrFile {
  text: Setting<string | undefined>
  file: Setting<string | undefined>
}

/** The one of the two that is given; the text where both are. */
export function givenOf(source: DestinationSource, { text, file }: TextOrFile) {
  return [text, file].find((setting) => isGiven(source, setting))
}

export interface KeyReading {
  /** The setting it came from. */
  setting: Setting
  reading: PrivateKeyReading
}

/** `undefined` when neither is given, or what is given is wrong in itself. */
export function readGivenKey(
  source: DestinationSource,
  { text: textSetting, file: fileSetting }: TextOrFile,
): KeyReading | undefined {
  const text = readSetting(textSetting, source)
  if (text !== undefined) {
    return { setting: textSetting, reading: readPrivateKey({ kind: 'text', text }) }
  }
  const file = readSetting(fileSetting, source)
  if (file === undefined) return undefined
  const path = resolve(source.folder, file)
  return { setting: fileSetting, reading: readPrivateKey({ kind: 'file', path }) }
}
