import type { WrittenValue } from './setting.ts'

/** A worker, as far as it has to agree with others. */
export interface Configured {
  name: string
  version: string
  /** By their names in a configuration file. */
  settings: Readonly<Record<string, WrittenValue>>
}

/** Something that the workers of a destination have to agree on, and do not. */
export interface Disagreement {
  /** By its name in a configuration file; `version`: that of the workers themselves. */
  setting: string
  /** Each value that somebody has, with who has it. */
  values: { value: WrittenValue; workers: string[] }[]
}

/** By the names of settings, and of workers: the same workers disagree in the same words, whoever asks. */
export function disagreementsOf(workers: readonly Configured[]): Disagreement[] {
  const named = workers.toSorted((one, other) => (one.name < other.name ? -1 : 1))
  const settings = [...new Set(named.flatMap((each) => Object.keys(each.settings)))].toSorted()
  return ['version', ...settings]
    .map((setting) => ({ setting, values: valuesOf(setting, named) }))
    .filter(({ values }) => values.length > 1)
}

/** What a worker does not say, its version does not know: that it is of another one is said already. */
function valuesOf(setting: string, workers: readonly Configured[]): Disagreement['values'] {
  const found = new Map<WrittenValue, string[]>()
  for (const { name, version, settings } of workers) {
    const value = setting === 'version' ? version : settings[setting]
    if (value !== undefined) found.set(value, [...(found.get(value) ?? []), name])
  }
  return [...found].map(([value, names]) => ({ value, workers: names }))
}
