import type { ConfigProblem } from './config-problem.ts'
import { mendOf, shownValue } from './config-problem.ts'
import { destinationSettings, type DestinationSettings } from './destination-settings.ts'
import type { SettingsSource } from './read-settings.ts'
import { settingInfo } from './setting.ts'

export interface DestinationSource extends SettingsSource {
  name: string
  /** Paths are relative to it. */
  folder: string
}

export type DestinationKey = keyof DestinationSettings

/** The name of a setting as it was given, or as it would be called here. */
export function nameIn({ given, nameOf }: DestinationSource, key: DestinationKey): string {
  return given.get(key)?.name ?? nameOf(key)
}

/** A value that can be read and turns out to be wrong all the same. */
export function valueProblem(
  source: DestinationSource,
  key: DestinationKey,
  wrong: string,
): ConfigProblem {
  const info = settingInfo(destinationSettings.shape[key])
  const { name, text } = source.given.get(key) ?? { name: source.nameOf(key), text: '' }
  return { name, wrong, got: shownValue(text, info.secret), mend: mendOf(info) }
}

export function missingProblem(
  source: DestinationSource,
  key: DestinationKey,
  alternative = '',
): ConfigProblem {
  const { format } = settingInfo(destinationSettings.shape[key])
  return {
    name: source.nameOf(key),
    wrong: 'is missing',
    got: undefined,
    mend: `set it to ${format}${alternative}`,
  }
}

/** Two settings for the same thing. */
export function bothGivenProblem(
  source: DestinationSource,
  one: DestinationKey,
  other: DestinationKey,
): ConfigProblem | undefined {
  if (!source.given.has(one) || !source.given.has(other)) return undefined
  return {
    name: nameIn(source, one),
    wrong: `is set, and ${nameIn(source, other)} too`,
    got: undefined,
    mend: 'set exactly one of them',
  }
}
