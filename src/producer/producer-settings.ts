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
import type { RedisSecurity } from '../shared/config/redis-security.ts'
import { readSettings, type Given } from '../shared/config/read-settings.ts'
import { invalidConfiguration, refuse } from '../shared/config/refuse.ts'
import { isGivenClient, mapsReplies, type GivenClient } from '../shared/redis/given-client.ts'
import type { CopiesWish } from '../shared/store/server/wait-for-copies.ts'
import { replicaTimeoutMs } from '../shared/store/server/wait-for-replicas.ts'
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
  /** In place of what follows about Redis. */
  client: GivenClient | undefined
  redisUrl: string
  redisSecurity: RedisSecurity | undefined
  namespace: string
  destination: string
  seal: boolean
  wish: CopiesWish
}

const tlsNames = ['redisCaFile', 'redisCertFile', 'redisKeyFile'] as const

const sentinelNames = ['sentinelUsername', 'sentinelPassword'] as const

const waitNames = ['waitReplicas', 'waitFsync', 'waitTimeout'] as const

/** With `appendfsync everysec` Redis writes to the disk once a second. */
const fsyncTimeoutMs = 1_500

const { waitTimeoutMs, ...shape } = globalSettings.shape
const settings = {
  ...shape,
  waitTimeout: waitTimeoutMs,
  destination: ownSettings.shape.destination,
}

type SettingName =
  | 'redisUrl'
  | 'namespace'
  | 'destination'
  | (typeof tlsNames)[number]
  | (typeof sentinelNames)[number]
  | (typeof waitNames)[number]

const settingNames: readonly SettingName[] = [
  ...(['redisUrl', ...tlsNames, ...sentinelNames, 'namespace', 'destination'] as const),
  ...waitNames,
]
const optionNames: readonly string[] = ['redis', ...settingNames, 'seal', 'clock']

/**
 * Where a producer writes: what its options say, else the environment, else the default. Throws `invalid-configuration`
 * for all that is wrong: what was written to a place that no worker reads would be a promise that nobody keeps.
 */
export function readProducerSettings(options: unknown, env: Environment): ProducerSettings {
  const given = new Map<string, unknown>(Object.entries(asOptions(options)))
  const own = settingNames.flatMap((name) => ownSetting(name, given.get(name)))
  const texts = own.flatMap((each) => (each.kind === 'given' ? [each.entry] : []))
  const source = {
    given: new Map([...inheritedFrom(env, given), ...texts]),
    nameOf: (key: string) => key,
  }
  const shared = readGlobalSettings(source)
  const destination = readSettings(ownSettings, source)
  const client = given.get('redis')
  refuse([
    ...unknownOptions([...given.keys()]),
    ...sealProblems(given.get('seal')),
    ...clientProblems(client, given),
    ...own.flatMap((each) => (each.kind === 'problem' ? [each.problem] : [])),
    ...misspeltIn(env, given),
    ...shared.problems,
    ...destination.problems,
  ])
  if (shared.complete === undefined || destination.complete === undefined) {
    throw new TypeError('incomplete settings without a problem')
  }
  const {
    redisUrl,
    redisSecurity,
    namespace,
    waitReplicas,
    waitFsync,
    waitTimeoutMs = waitFsync ? fsyncTimeoutMs : replicaTimeoutMs,
  } = shared.complete
  const seal = given.get('seal') === true
  const wish = { replicas: waitReplicas, onDisk: waitFsync, timeoutMs: waitTimeoutMs }
  const known = isGivenClient(client) ? client : undefined
  return { client: known, redisUrl, redisSecurity, namespace, wish, seal, ...destination.complete }
}

function asOptions(options: unknown): object {
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) return options
  const fix = "write an object, for example { redisUrl: 'redis://127.0.0.1:6379' }"
  throw invalidConfiguration([{ name: 'options', wrong: 'must be an object', got: undefined, fix }])
}

/** A client has been made with all that a URL and files would say. */
function clientProblems(client: unknown, given: ReadonlyMap<string, unknown>): ConfigProblem[] {
  if (client === undefined) return []
  const problem = (wrong: string, fix: string) => [{ name: 'redis', wrong, got: undefined, fix }]
  if (!isGivenClient(client)) {
    return problem('must be a client', 'give a Redis or a Cluster of ioredis, or write redisUrl')
  }
  if (mapsReplies(client)) {
    return problem('maps its replies', 'make a client without replyMapping: "resp3"')
  }
  const both = ['redisUrl', ...tlsNames, ...sentinelNames].find(
    (name) => given.get(name) !== undefined,
  )
  return both === undefined ? [] : problem(`is given, and ${both} too`, 'give exactly one of them')
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

type OwnSetting =
  { kind: 'given'; entry: [string, Given] } | { kind: 'problem'; problem: ConfigProblem }

/** What JavaScript has another type for. */
const noTexts: Partial<Record<SettingName, string>> = {
  waitReplicas: 'number',
  waitFsync: 'boolean',
}

/** An option that is undefined is not given; an empty one is, and wrong. */
function ownSetting(name: SettingName, value: unknown): OwnSetting[] {
  if (value === undefined) return []
  if (typeof value === 'string') return [{ kind: 'given', entry: [name, { name, text: value }] }]
  const isNoText = typeof value === 'number' || typeof value === 'boolean'
  if (isNoText && typeof value === noTexts[name]) {
    return [{ kind: 'given', entry: [name, { name, text: String(value) }] }]
  }
  const { format, example } = settingInfo(settings[name])
  const fix = `write ${format}, for example ${example}`
  return [{ kind: 'problem', problem: { name, wrong: 'must be a string', got: undefined, fix } }]
}

/** Where in the environment an option is looked for that is not given. */
const inheritance = { redisUrl: ['redisUrl', 'redisUrlFile'], namespace: ['namespace'] } as const

function inheritedKeys(given: ReadonlyMap<string, unknown>) {
  const { redisUrl, namespace } = inheritance
  const hasClient = given.get('redis') !== undefined
  const isTls = !hasClient && !isPlain(given.get('redisUrl'))
  const asksSentinels = !hasClient && mayNameSentinels(given.get('redisUrl'))
  return [
    ...(!hasClient && given.get('redisUrl') === undefined ? redisUrl : []),
    ...tlsNames.filter((name) => given.get(name) === undefined && isTls),
    ...sentinelNames.filter((name) => given.get(name) === undefined && asksSentinels),
    ...(given.get('namespace') === undefined ? namespace : []),
    ...waitNames.filter((name) => given.get(name) === undefined),
  ]
}

/** Files for TLS that the environment names are not for a server that is told to be another. */
function isPlain(redisUrl: unknown): boolean {
  return typeof redisUrl === 'string' && /^redis[+:]/i.test(redisUrl)
}

/** The login of Sentinels that the environment names is not for a server that is told to be another. */
function mayNameSentinels(redisUrl: unknown): boolean {
  return typeof redisUrl !== 'string' || /^rediss?\+sentinel:/i.test(redisUrl)
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
  const meant = inheritedKeys(given).map((key) => settingInfo(settings[key]).env)
  return unknownNames(env).filter(({ name }) => meant.includes(nearestSetting(name) ?? ''))
}
