import { z } from 'zod'

import { fixOf, shownValue, type ConfigProblem } from './config-problem.ts'
import { settingInfo, settingsIn, type Setting, type SettingsSchema } from './setting.ts'

/** A value as it was written, and the name the user knows it by: `RINGBACK_RATE`, `destinations.acme.rate`. */
export interface Given {
  name: string
  text: string
}

export interface SettingsSource {
  /** By the setting's name in a file. An empty value is not given. */
  given: ReadonlyMap<string, Given>
  /** What a setting that is not given would be called here. */
  nameOf: (name: string) => string
}

export interface SettingsReading<T> {
  /** `undefined` when anything is wrong or missing. */
  complete: T | undefined
  problems: readonly ConfigProblem[]
  /** Required settings that are not given. */
  missing: readonly ConfigProblem[]
}

/** Reads every setting of a schema and collects all that is wrong, not only the first. */
export function readSettings<S extends SettingsSchema>(
  schema: S,
  source: SettingsSource,
): SettingsReading<z.output<S>> {
  const settings = settingsIn(schema)
  const parsed = schema.safeParse(textsFor(schema, source))
  return {
    complete: parsed.success ? parsed.data : undefined,
    problems: settings.flatMap((setting) => problemsIn(setting, source)),
    missing: settings.flatMap((setting) => missingIn(setting, source)),
  }
}

/** One setting by itself: its value or its default; `undefined` for one that is missing or wrong. */
export function readSetting<T>(setting: Setting<T>, source: SettingsSource): T | undefined {
  const parsed = z.safeParse(setting, givenFor(setting, source)?.text)
  return parsed.success ? parsed.data : undefined
}

export function givenFor(setting: Setting, { given }: SettingsSource): Given | undefined {
  return given.get(settingInfo(setting).name)
}

/** Each text where the schema has its setting. */
function textsFor({ shape }: SettingsSchema, source: SettingsSource): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(shape).map(([key, part]) => [
      key,
      part instanceof z.ZodObject ? textsFor(part, source) : givenFor(part, source)?.text,
    ]),
  )
}

function problemsIn(setting: Setting, source: SettingsSource): ConfigProblem[] {
  const given = givenFor(setting, source)
  if (given === undefined) return []
  const issue = z.safeParse(setting, given.text).error?.issues[0]
  if (issue === undefined) return []
  const info = settingInfo(setting)
  const got = shownValue(given.text, info.secret)
  return [{ name: given.name, wrong: issue.message, got, fix: fixOf(info) }]
}

function missingIn(setting: Setting, source: SettingsSource): ConfigProblem[] {
  const info = settingInfo(setting)
  if (!info.required || givenFor(setting, source) !== undefined) return []
  const name = source.nameOf(info.name)
  return [{ name, wrong: 'is missing', got: undefined, fix: fixOf(info) }]
}
