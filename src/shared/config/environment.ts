import type { ConfigProblem } from './config-problem.ts'
import { destinationSettings, identitySettings, tuningSettings } from './destination-settings.ts'
import { globalSettings } from './global-settings.ts'
import { nearestName } from './nearest-name.ts'
import type { Given, SettingsSource } from './read-settings.ts'
import { isServiceLink } from './service-link.ts'
import { settingInfo } from './setting.ts'

export type Environment = Readonly<Record<string, string | undefined>>

const prefix = 'RINGBACK_'
/** Names that only our own tests use; a user's typo does not start so. */
const testPrefix = 'RINGBACK_TEST_'

const keysByEnv = new Map(
  Object.entries({ ...globalSettings.shape, ...destinationSettings.shape }).map(
    ([key, setting]) => [settingInfo(setting).env, key] as const,
  ),
)
const envByKey = new Map([...keysByEnv].map(([env, key]) => [key, env] as const))

/** Every setting that the environment gives, by key in the schema. Surrounding blanks are not part of a value. */
export function environmentSource(env: Environment): SettingsSource {
  const given = new Map<string, Given>()
  for (const [name, key] of keysByEnv) {
    const text = env[name]?.trim() ?? ''
    // A Service called `ringback-ops` makes a RINGBACK_OPS_PORT of its own.
    if (text !== '' && !isServiceLink(name, text)) given.set(key, { name, text })
  }
  return { given, nameOf: (key) => envByKey.get(key) ?? key }
}

/** True when the environment describes a destination of its own, if only in part. */
export function describesDestination({ given }: SettingsSource): boolean {
  return Object.keys(identitySettings.shape).some((key) => given.has(key))
}

/** What destinations of the file inherit from the environment. */
export function tuningOf({ given }: SettingsSource): [string, Given][] {
  return [...given].filter(([key]) => Object.hasOwn(tuningSettings.shape, key))
}

export function unknownNames(env: Environment): ConfigProblem[] {
  return Object.keys(env)
    .filter((name) => name.startsWith(prefix) && !name.startsWith(testPrefix))
    .filter((name) => !keysByEnv.has(name) && !isServiceLink(name, env[name]))
    .toSorted()
    .map((name) => ({ name, wrong: 'unknown setting', got: undefined, mend: suggestion(name) }))
}

function suggestion(name: string): string {
  const nearest = nearestSetting(name)
  return nearest === undefined ? 'docs/configuration.md lists them all' : `did you mean ${nearest}?`
}

/** The setting that was most likely meant by a name that is none. */
export function nearestSetting(name: string): string | undefined {
  const known = [...keysByEnv.keys()].map((env) => env.slice(prefix.length))
  const nearest = nearestName(name.slice(prefix.length), known)
  return nearest === undefined ? undefined : `${prefix}${nearest}`
}
