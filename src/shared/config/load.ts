import type { Clock } from '../time/clock.ts'
import { readConfigFile, type ConfigFileReading } from './config-file.ts'
import type { ConfigProblem } from './config-problem.ts'
import type { StoreConfig, WorkerConfig } from './config.ts'
import { deepFreeze } from './deep-freeze.ts'
import { destinationSettings } from './destination-settings.ts'
import { isGiven, type DestinationSource } from './destination-source.ts'
import { readDestination, readDestinationSettings } from './destination.ts'
import {
  describesDestination,
  environmentSource,
  inheritedFrom,
  unknownNames,
  type Environment,
} from './environment.ts'
import { consoleSettings, unguardedProblems } from './features/console.ts'
import { operatorSettings } from './features/operator.ts'
import { opsSettings } from './features/ops.ts'
import { processSettings } from './features/process.ts'
import { lookupSettings } from './features/lookup.ts'
import { retentionSettings } from './features/retention.ts'
import { sealKeysPath } from './features/sealing.ts'
import { readProxy } from './proxy.ts'
import { readGlobalSettings } from './read-global-settings.ts'
import { readSetting, readSettings, type SettingsSource } from './read-settings.ts'
import { refuse } from './refuse.ts'

/** Name of the destination that the environment describes. */
const environmentDestination = 'default'

/**
 * Everything a worker needs, keys read and judged. Throws `invalid-configuration` with one line for every problem
 * there is.
 */
export function loadWorkerConfig(env: Environment, clock: Clock): WorkerConfig {
  const { environment, global, sources, problems, shutdownDeadlineMs } = readSources(env)
  const way = readProxy(env)
  const readings = sources.map((source) =>
    readDestination(source, {
      shutdownDeadlineMs,
      nowMs: clock.now(),
      hasNumberKey: isGiven(environment, lookupSettings.shape.numberKey),
    }),
  )
  refuse([
    ...problems,
    ...readings.flatMap((reading) => (reading.kind === 'problems' ? reading.problems : [])),
    ...noDestinationProblems(environment),
    ...way.problems,
  ])
  const { redisUrlFile, configFile, ...settings } = complete(global)
  return deepFreeze({
    ...settings,
    destinations: readings.flatMap((reading) =>
      reading.kind === 'ok' ? [{ ...reading.destination, proxy: way.proxy }] : [],
    ),
  })
}

/**
 * What a command needs that speaks to Redis only. Nothing of Salesforce has to be set and no key is opened; what is
 * given is checked all the same. Without any destination it is the environment's one, `default`.
 */
export function loadStoreConfig(env: Environment): StoreConfig {
  const { global, environment, sources, problems, shutdownDeadlineMs } = readSources(env)
  const named =
    sources.length > 0 || isGiven(environment, processSettings.shape.configFile)
      ? sources
      : [environment]
  refuse([
    ...problems,
    ...named.flatMap((source) => readDestinationSettings(source, shutdownDeadlineMs).problems),
  ])
  const { redisUrl, redisSecurity, namespace, logLevel, numberKey } = complete(global)
  const sealKeys = named.flatMap((source) => {
    const path = sealKeysPath(source)
    return path === undefined ? [] : [[source.name, path] as const]
  })
  const retentions = named.map((source) => [source.name, retentionOf(source)] as const)
  return deepFreeze({
    redisUrl,
    ...(redisSecurity && { redisSecurity }),
    namespace,
    logLevel,
    numberKey,
    destinations: named.map(({ name }) => name),
    retentionMs: Object.fromEntries(retentions),
    ...(sealKeys.length > 0 && { sealKeysFiles: Object.fromEntries(sealKeys) }),
    defaultRetentionMs: retentionOf(environment),
  })
}

function retentionOf(source: DestinationSource): number {
  const retentionMs = readSetting(retentionSettings.shape.retentionMs, source)
  if (retentionMs === undefined) throw new TypeError('no retention without a problem')
  return retentionMs
}

/** Where a worker of this environment listens. Nothing else of the configuration is looked at: it is the worker's. */
export function readOpsConfig(env: Environment): { host: string; port: number | undefined } {
  const reading = readSettings(opsSettings, environmentSource(env))
  refuse(reading.problems)
  const { opsHost, opsPort } = complete(reading)
  return { host: opsHost, port: opsPort }
}

/** Where the console listens, and what it is called. */
export interface ConsoleConfig {
  host: string
  port: number
  /** Under which a proxy serves it, besides its own. */
  name: string | undefined
  /** Begins and ends with `/`. */
  basePath: string
  label: string | undefined
  usersFile: string | undefined
  /** As they were written. */
  proxies: string | undefined
  userHeader: string
  /** Undefined: as roles allow, where there are users. */
  access: 'read' | 'operate' | undefined
  /** Where it tells of itself; undefined: nowhere. */
  metricsPort: number | undefined
}

export function readConsoleConfig(env: Environment): ConsoleConfig {
  const reading = readSettings(consoleSettings, environmentSource(env))
  refuse(reading.problems)
  const settings = complete(reading)
  refuse(unguardedProblems(settings))
  return {
    host: settings.consoleHost,
    port: settings.consolePort,
    name: settings.consoleName,
    basePath: settings.consoleBasePath,
    label: settings.consoleLabel,
    usersFile: settings.consoleUsersFile,
    proxies: settings.consoleProxies,
    userHeader: settings.consoleUserHeader,
    access: settings.consoleAccess,
    metricsPort: settings.consoleMetricsPort,
  }
}

/** How whoever acts here wants to be named. */
export function readOperatorName(env: Environment): string | undefined {
  return readSetting(operatorSettings.shape.operator, environmentSource(env))
}

/** Everything that is given, in the environment and in the file. */
export function readSources(env: Environment) {
  const environment: DestinationSource = {
    ...environmentSource(env),
    name: environmentDestination,
    folder: '.',
  }
  const global = readGlobalSettings(environment)
  const file = fileOf(environment, readSetting(processSettings.shape.configFile, environment))
  const own = describesDestination(environment) ? [environment] : []
  return {
    environment,
    global,
    shutdownDeadlineMs: readSetting(processSettings.shape.shutdownDeadlineMs, environment),
    sources: [...own, ...file.sources],
    problems: [
      ...unknownNames(env),
      ...global.problems,
      // Even when every destination of the file has its own value.
      ...readSettings(destinationSettings, environment).problems,
      ...file.problems,
      ...(own.length > 0 ? sameNameProblems(file) : []),
    ],
  }
}

function fileOf(environment: SettingsSource, path: string | undefined): ConfigFileReading {
  return path === undefined
    ? { sources: [], problems: [] }
    : readConfigFile(path, inheritedFrom(environment))
}

function sameNameProblems({ sources }: ConfigFileReading): ConfigProblem[] {
  return sources.some(({ name }) => name === environmentDestination)
    ? [
        {
          name: `destinations.${environmentDestination}`,
          wrong: 'is described by the environment too',
          got: undefined,
          fix: 'rename it, or unset RINGBACK_SALESFORCE_*',
        },
      ]
    : []
}

/** A file without a usable destination has said so itself. */
function noDestinationProblems(environment: SettingsSource): ConfigProblem[] {
  if (describesDestination(environment) || isGiven(environment, processSettings.shape.configFile))
    return []
  return [
    {
      name: 'RINGBACK_SALESFORCE_URL',
      wrong: 'no destination is configured',
      got: undefined,
      fix: 'set RINGBACK_SALESFORCE_URL, RINGBACK_SALESFORCE_ORG_ID, RINGBACK_SALESFORCE_CALL_CENTER and RINGBACK_SALESFORCE_PRIVATE_KEY_FILE, or name a file with destinations in RINGBACK_CONFIG',
    },
  ]
}

function complete<T>({ complete: settings }: { complete: T | undefined }): T {
  if (settings === undefined) throw new TypeError('incomplete settings without a problem')
  return settings
}
