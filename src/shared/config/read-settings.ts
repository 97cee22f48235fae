import type { z } from 'zod'

import { mendOf, shownValue, type ConfigProblem } from './config-problem.ts'
import { settingInfo, type SettingInfo, type SettingsSchema } from './setting.ts'

/** A value as it was written, and the name the user knows it by: `RINGBACK_RATE`, `destinations.acme.rate`. */
export interface Given {
  name: string
  text: string
}

export interface SettingsSource {
  /** By key in the schema. An empty value is not given. */
  given: ReadonlyMap<string, Given>
  /** What a setting that is not given would be called here. */
  nameOf: (key: string) => string
}

export interface SettingsReading<T> {
  /** What could be read, defaults included; a setting with a problem is absent. */
  values: Partial<T>
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
  const texts = new Map(
    [...source.given]
      .filter(([key]) => Object.hasOwn(schema.shape, key))
      .map(([key, { text }]) => [key, text]),
  )
  const parsed = schema.safeParse(Object.fromEntries(texts))
  if (parsed.success) {
    return { values: parsed.data, complete: parsed.data, problems: [], missing: [] }
  }
  const findings = parsed.error.issues.map(({ path, message }) => {
    const key = String(path[0])
    return { key, message, given: source.given.get(key) }
  })
  return {
    values: valuesWithout(
      schema,
      texts,
      findings.map(({ key }) => key),
    ),
    complete: undefined,
    problems: findings.flatMap(({ key, message, given }) =>
      given ? [problemOf(infoFor(schema, key), { given, message })] : [],
    ),
    missing: findings.flatMap(({ key, given }) =>
      given ? [] : [missingOf(source.nameOf(key), infoFor(schema, key))],
    ),
  }
}

/** The readable rest. What is absent because it is wrong must not come back as its default. */
function valuesWithout<S extends SettingsSchema>(
  schema: S,
  texts: ReadonlyMap<string, string>,
  wrong: readonly string[],
): Partial<z.output<S>> {
  const readable = [...texts].filter(([key]) => !wrong.includes(key))
  const values = schema.partial().parse(Object.fromEntries(readable))
  const kept = Object.entries(values).filter(([key]) => !wrong.includes(key))
  return Object.fromEntries(kept) as Partial<z.output<S>>
}

function infoFor(schema: SettingsSchema, key: string): SettingInfo {
  const setting = schema.shape[key]
  if (setting === undefined) throw new TypeError(`no setting ${key}`)
  return settingInfo(setting)
}

function problemOf(
  info: SettingInfo,
  { given, message }: { given: Given; message: string },
): ConfigProblem {
  return {
    name: given.name,
    wrong: message,
    got: shownValue(given.text, info.secret),
    mend: mendOf(info),
  }
}

function missingOf(name: string, info: SettingInfo): ConfigProblem {
  return { name, wrong: 'is missing', got: undefined, mend: mendOf(info) }
}
