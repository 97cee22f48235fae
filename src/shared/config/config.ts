import type { Destination } from './destination.ts'
import type { GlobalSettings } from './global-settings.ts'
import type { ProxyConfig } from './proxy.ts'
import type { RedisSecurity } from './redis-security.ts'

export type { LogLevel } from './features/process.ts'

/** What a worker needs. Its fields are the settings of `features/`, where each is explained. */
export interface WorkerConfig extends Omit<GlobalSettings, 'redisUrlFile' | 'configFile'> {
  redisSecurity?: RedisSecurity
  destinations: readonly DestinationConfig[]
}

export interface DestinationConfig extends Destination {
  /** The way to Salesforce, where it is not the direct one. */
  proxy?: ProxyConfig | undefined
}

/** How Salesforce is asked what became of an uncertain attempt. There when and only when `onUncertain` is `verify`. */
export type VerifyConfig = NonNullable<DestinationConfig['verify']>

/** What a command needs that reads or writes Redis and never speaks to Salesforce. */
export interface StoreConfig extends Pick<
  WorkerConfig,
  'redisUrl' | 'redisSecurity' | 'namespace' | 'logLevel' | 'numberKey'
> {
  /** Names only. */
  destinations: readonly string[]
  /** By destination: how long what is finished is remembered. */
  retentionMs: Readonly<Record<string, number>>
  /** By destination: the file with the keys that unseal numbers, where there is one here. */
  sealKeysFiles?: Readonly<Record<string, string>>
  /** For a destination that is not configured here. */
  defaultRetentionMs: number
}
