import type { ConfigProblem } from './config-problem.ts'
import { destinationSettings } from './destination-settings.ts'
import { identitySettings } from './features/identity.ts'
import { globalSettings } from './global-settings.ts'
import { nearestName } from './nearest-name.ts'
import type { Given, SettingsSource } from './read-settings.ts'
import { isServiceLink } from './service-link.ts'
import { settingInfo, settingsIn, type SettingInfo, type SettingsSchema } from './setting.ts'

export type Environment = Readonly<Record<string, string | undefined>>

const prefix = 'RINGBACK_'
/** Names that only our own tests use; a user's typo does not start so. */
const testPrefix = 'RINGBACK_TEST_'

const ofDestination = infosOf(destinationSettings)
const all = [...infosOf(globalSettings), ...ofDestination]
const variables = new Set(all.map(({ env }) => env))
const envByName = new Map(all.map(({ env, name }) => [name, env]))

/** Every setting that the environment gives, by its name in a file. Surrounding blanks are not part of a value. */
export function environmentSource(env: Environment): SettingsSource {
  const given = new Map<string, Given>()
  for (const { env: variable, name } of all) {
    const text = env[variable]?.trim() ?? ''
    // A Service called `ringback-ops` makes a RINGBACK_OPS_PORT of its own.
    if (text !== '' && !isServiceLink(variable, text)) given.set(name, { name: variable, text })
  }
  return { given, nameOf: (name) => envByName.get(name) ?? name }
}

/** True when the environment describes a destination of its own, if only in part. */
export function describesDestination({ given }: SettingsSource): boolean {
  return infosOf(identitySettings).some(({ name }) => given.has(name))
}

/** What destinations of the file inherit from the environment. */
export function inheritedFrom({ given }: SettingsSource): [string, Given][] {
  const inherited = ofDestination.filter(({ neverInherited }) => !neverInherited)
  const names = new Set(inherited.map(({ name }) => name))
  return [...given].filter(([name]) => names.has(name))
}

export function unknownNames(env: Environment): ConfigProblem[] {
  return Object.keys(env)
    .filter((name) => name.startsWith(prefix) && !name.startsWith(testPrefix))
    .filter((name) => !variables.has(name) && !isServiceLink(name, env[name]))
    .toSorted()
    .map((name) => ({ name, wrong: 'unknown setting', got: undefined, fix: suggestion(name) }))
}

function suggestion(name: string): string {
  const nearest = nearestSetting(name)
  return nearest === undefined ? 'docs/configuration.md lists them all' : `did you mean ${nearest}?`
}

/** The setting that was most likely meant by a name that is none. */
export function nearestSetting(name: string): string | undefined {
  const known = [...variables].map((env) => env.slice(prefix.length))
  const nearest = nearestName(name.slice(prefix.length), known)
  return nearest === undefined ? undefined : `${prefix}${nearest}`
}

function infosOf(schema: SettingsSchema): SettingInfo[] {
  return settingsIn(schema).map(settingInfo)
}
