import type { ConfigProblem } from './config-problem.ts'
import { fixOf, shownValue } from './config-problem.ts'
import { givenFor, type SettingsSource } from './read-settings.ts'
import { settingInfo, type Setting } from './setting.ts'

export interface DestinationSource extends SettingsSource {
  name: string
  /** Paths are relative to it. */
  folder: string
}

/** The name of a setting as it was given, or as it would be called here. */
export function nameIn(source: DestinationSource, setting: Setting): string {
  return givenFor(setting, source)?.name ?? source.nameOf(settingInfo(setting).name)
}

export function isGiven(source: SettingsSource, setting: Setting): boolean {
  return givenFor(setting, source) !== undefined
}

/** A value that can be read and turns out to be wrong all the same. */
export function valueProblem(
  source: DestinationSource,
  setting: Setting,
  wrong: string,
): ConfigProblem {
  const info = settingInfo(setting)
  const { text } = givenFor(setting, source) ?? { text: '' }
  const got = shownValue(text, info.secret)
  return { name: nameIn(source, setting), wrong, got, fix: fixOf(info) }
}

export function missingProblem(
  source: DestinationSource,
  setting: Setting,
  alternative = '',
): ConfigProblem {
  const { name, format } = settingInfo(setting)
  const fix = `set it to ${format}${alternative}`
  return { name: source.nameOf(name), wrong: 'is missing', got: undefined, fix }
}

/** Two settings for the same thing. */
export function bothGivenProblem(
  source: DestinationSource,
  one: Setting,
  other: Setting,
): ConfigProblem[] {
  if (!isGiven(source, one) || !isGiven(source, other)) return []
  const wrong = `is set, and ${nameIn(source, other)} too`
  return [{ name: nameIn(source, one), wrong, got: undefined, fix: 'set exactly one of them' }]
}
