import type { KeyObject } from 'node:crypto'

import type { OnUncertain } from '../contract/on-uncertain.ts'
import type { RetryPolicy } from '../contract/retry-policy.ts'
import type { ProxyConfig } from './proxy.ts'

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

export type LogLevel = (typeof logLevels)[number]

/** What a command needs that reads or writes Redis and never speaks to Salesforce. */
export interface StoreConfig {
  redisUrl: string
  namespace: string
  logLevel: LogLevel
  /** Names only. */
  destinations: readonly string[]
  /** By destination: how long what is finished is remembered. */
  retentionMs: Readonly<Record<string, number>>
  /** For a destination that is not configured here. */
  defaultRetentionMs: number
}

export interface WorkerConfig {
  redisUrl: string
  namespace: string
  logLevel: LogLevel
  opsHost: string
  /** 0: any free port. `undefined`: no health and metrics server. */
  opsPort: number | undefined
  shutdownDeadlineMs: number
  /** How long a job stays with a worker that has fallen silent. */
  lockDurationMs: number
  destinations: readonly DestinationConfig[]
}

export interface DestinationConfig {
  name: string
  salesforce: SalesforceConfig
  /** Attempts a second over all workers. `undefined`: no limit. */
  rate: number | undefined
  /** Attempts at once, per worker. */
  concurrency: number
  attemptTimeoutMs: number
  retry: RetryPolicy
  onUncertain: OnUncertain
  /** There when and only when `onUncertain` is `verify`. */
  verify: VerifyConfig | undefined
  retentionMs: number
  /** The way to Salesforce, where it is not the direct one. */
  proxy?: ProxyConfig | undefined
}

/** How Salesforce's core REST API is asked what became of an uncertain attempt. */
export interface VerifyConfig {
  /** `https://host`: no slash at the end. */
  instanceUrl: string
  tokenUrl: string
  clientId: string
  credential: CoreCredential
  /** As in `v66.0`. */
  apiVersion: string
  byCallId: boolean
  /** How long after the attempt to wait before asking. */
  graceMs: number
  /** How long before the attempt's beginning a record may have been made. */
  marginMs: number
}

type CoreCredential =
  | { kind: 'jwt-bearer'; username: string; privateKey: KeyObject; audience: string }
  /** A key object, so that nothing prints it by accident. */
  | { kind: 'client-credentials'; clientSecret: KeyObject }

interface SalesforceConfig {
  /** `https://host/telephony/v1`: no slash at the end. */
  baseUrl: string
  /** The first 15 characters: the form every documented `iss` has. */
  orgId: string
  callCenter: string
  privateKey: KeyObject
  telephonyProviderName: string | undefined
  token: TokenConfig
}

interface TokenConfig {
  ttlMs: number
  audience: string | undefined
  /** True: a new token with a `jti` for every attempt, since Salesforce takes each `jti` once. */
  jti: boolean
}
