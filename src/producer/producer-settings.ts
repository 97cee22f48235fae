import { z } from 'zod'

import { destinationName } from '../shared/config/destination-name.ts'
import type { ConfigProblem } from '../shared/config/config-problem.ts'
import {
  environmentSource,
  nearestSetting,
  unknownNames,
  type Environment,
} from '../shared/config/environment.ts'
import { globalSettings } from '../shared/config/global-settings.ts'
import { nearestName } from '../shared/config/nearest-name.ts'
import { readGlobalSettings } from '../shared/config/read-global-settings.ts'
import type { RedisTls } from '../shared/config/redis-tls.ts'
import { readSettings, type Given } from '../shared/config/read-settings.ts'
import { invalidConfiguration, refuse } from '../shared/config/refuse.ts'
import { defaultedSetting, settingInfo } from '../shared/config/setting.ts'

// Not read from the environment: a program says itself whom it books for.
const ownSettings = z.object({
  destination: defaultedSetting(destinationName, {
    name: 'destination',
    env: 'destination',
    description: 'The contact center that the callbacks are for.',
    default: 'default',
    example: 'vienna',
  }),
})

export interface ProducerSettings {
  redisUrl: string
  redisTls: RedisTls | undefined
  namespace: string
  destination: string
  seal: boolean
}

const tlsNames = ['redisCaFile', 'redisCertFile', 'redisKeyFile'] as const

type SettingName = 'redisUrl' | 'namespace' | 'destination' | (typeof tlsNames)[number]

const settingNames: readonly SettingName[] = ['redisUrl', ...tlsNames, 'namespace', 'destination']
const optionNames: readonly string[] = [...settingNames, 'seal', 'clock']

/**
 * Where a producer writes: what its options say, else the environment, else the default. Throws `invalid-configuration`
 * for all that is wrong: what was written to a place that no worker reads would be a promise that nobody keeps.
 */
export function readProducerSettings(options: unknown, env: Environment): ProducerSettings {
  const given = new Map(Object.entries(asOptions(options)))
  const own = settingNames.flatMap((name) => ownSetting(name, given.get(name)))
  const texts = own.flatMap((each) => (each.kind === 'given' ? [each.entry] : []))
  const source = {
    given: new Map([...inheritedFrom(env, given), ...texts]),
    nameOf: (key: string) => key,
  }
  const shared = readGlobalSettings(source)
  const destination = readSettings(ownSettings, source)
  refuse([
    ...unknownOptions([...given.keys()]),
    ...sealProblems(given.get('seal')),
    ...own.flatMap((each) => (each.kind === 'problem' ? [each.problem] : [])),
    ...misspeltIn(env, given),
    ...shared.problems,
    ...destination.problems,
  ])
  if (shared.complete === undefined || destination.complete === undefined) {
    throw new TypeError('incomplete settings without a problem')
  }
  const { redisUrl, redisTls, namespace } = shared.complete
  const seal = given.get('seal') === true
  return { redisUrl, redisTls, namespace, seal, ...destination.complete }
}

function asOptions(options: unknown): object {
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) return options
  const fix = "write an object, for example { redisUrl: 'redis://127.0.0.1:6379' }"
  throw invalidConfiguration([{ name: 'options', wrong: 'must be an object', got: undefined, fix }])
}

function unknownOptions(names: readonly string[]): ConfigProblem[] {
  return names
    .filter((name) => !optionNames.includes(name))
    .map((name) => ({ name, wrong: 'unknown option', got: undefined, fix: meant(name) }))
}

/** A text `false` would count as true elsewhere. */
function sealProblems(seal: unknown): ConfigProblem[] {
  if (seal === undefined || typeof seal === 'boolean') return []
  return [{ name: 'seal', wrong: 'must be true or false', got: undefined, fix: 'write true' }]
}

function meant(name: string): string {
  const nearest = nearestName(name, settingNames)
  return nearest === undefined
    ? `the options are ${settingNames.join(', ')}`
    : `did you mean ${nearest}?`
}

function infoOf(name: SettingName) {
  return settingInfo(
    name === 'destination' ? ownSettings.shape.destination : globalSettings.shape[name],
  )
}

type OwnSetting =
  { kind: 'given'; entry: [string, Given] } | { kind: 'problem'; problem: ConfigProblem }

/** An option that is undefined is not given; an empty one is, and wrong. */
function ownSetting(name: SettingName, value: unknown): OwnSetting[] {
  if (value === undefined) return []
  if (typeof value === 'string') return [{ kind: 'given', entry: [name, { name, text: value }] }]
  const { format, example } = infoOf(name)
  const fix = `write ${format}, for example ${example}`
  return [{ kind: 'problem', problem: { name, wrong: 'must be a string', got: undefined, fix } }]
}

/** Where in the environment an option is looked for that is not given. */
const inheritance = { redisUrl: ['redisUrl', 'redisUrlFile'], namespace: ['namespace'] } as const

function inheritedKeys(given: ReadonlyMap<string, unknown>) {
  const { redisUrl, namespace } = inheritance
  return [
    ...(given.get('redisUrl') === undefined ? redisUrl : []),
    ...tlsNames.filter((name) => given.get(name) === undefined && !isPlain(given.get('redisUrl'))),
    ...(given.get('namespace') === undefined ? namespace : []),
  ]
}

/** Files for TLS that the environment names are not for a server that is told to be another. */
function isPlain(redisUrl: unknown): boolean {
  return typeof redisUrl === 'string' && /^redis:/i.test(redisUrl)
}

function inheritedFrom(env: Environment, given: ReadonlyMap<string, unknown>): [string, Given][] {
  const inEnvironment = environmentSource(env).given
  return inheritedKeys(given).flatMap((key): [string, Given][] => {
    const found = inEnvironment.get(key)
    return found === undefined ? [] : [[key, found]]
  })
}

/** A misspelt RINGBACK_NAMESPACE would send a staging installation's promises to another one's workers. */
function misspeltIn(env: Environment, given: ReadonlyMap<string, unknown>): ConfigProblem[] {
  const meant = inheritedKeys(given).map((key) => settingInfo(globalSettings.shape[key]).env)
  return unknownNames(env).filter(({ name }) => meant.includes(nearestSetting(name) ?? ''))
}
