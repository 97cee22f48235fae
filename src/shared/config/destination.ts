import type { KeyObject } from 'node:crypto'
import { resolve } from 'node:path'

import { formatDuration } from '../time/duration.ts'
import { certificateProblem } from './certificate.ts'
import type { ConfigProblem } from './config-problem.ts'
import { mendOf, shownValue } from './config-problem.ts'
import type { DestinationConfig } from './config.ts'
import { destinationSettings, type DestinationSettings } from './destination-settings.ts'
import { readPrivateKey, type PrivateKeyReading } from './private-key.ts'
import { readSettings, type SettingsReading, type SettingsSource } from './read-settings.ts'
import { settingInfo } from './setting.ts'

export interface DestinationSource extends SettingsSource {
  name: string
  /** Paths are relative to it. */
  folder: string
}

export type DestinationReading =
  | { kind: 'ok'; destination: DestinationConfig }
  | { kind: 'problems'; problems: readonly ConfigProblem[] }

/** All that can be known of a destination without opening its files. */
export function readDestinationSettings(
  source: DestinationSource,
  shutdownDeadlineMs: number | undefined,
): SettingsReading<DestinationSettings> {
  const reading = readSettings(destinationSettings, source)
  const { values } = reading
  const across = [
    backoffProblem(source, values),
    deadlineProblem(source, values.attemptTimeout, shutdownDeadlineMs),
    twoKeysProblem(source),
  ].filter((problem) => problem !== undefined)
  return { ...reading, problems: [...reading.problems, ...across] }
}

/** The whole destination, its key and certificate read and judged. */
export function readDestination(
  source: DestinationSource,
  { shutdownDeadlineMs, nowMs }: { shutdownDeadlineMs: number | undefined; nowMs: number },
): DestinationReading {
  const { values, complete, problems, missing } = readDestinationSettings(
    source,
    shutdownDeadlineMs,
  )
  const keyReading = readKey(source, values)
  const key = keyReading?.reading.kind === 'ok' ? keyReading.reading.key : undefined
  const all = [
    ...problems,
    ...missing,
    ...keyProblems(source, keyReading),
    ...certificateProblems(source, { path: values.certificateFile, key, nowMs }),
  ]
  if (all.length > 0 || complete === undefined || key === undefined) {
    return { kind: 'problems', problems: all }
  }
  return { kind: 'ok', destination: destinationOf(source.name, complete, key) }
}

function destinationOf(
  name: string,
  settings: DestinationSettings,
  privateKey: KeyObject,
): DestinationConfig {
  return {
    name,
    salesforce: {
      baseUrl: settings.salesforceUrl,
      orgId: settings.salesforceOrgId,
      callCenter: settings.salesforceCallCenter,
      privateKey,
      telephonyProviderName: settings.telephonyProviderName,
      token: {
        ttlMs: settings.tokenTtl,
        audience: settings.tokenAudience,
        jti: settings.tokenJti,
      },
    },
    rate: settings.rate,
    concurrency: settings.concurrency,
    attemptTimeoutMs: settings.attemptTimeout,
    retry: {
      maxAttempts: settings.maxAttempts,
      maxRetryDurationMs: settings.maxRetryDuration,
      backoff: {
        initialMs: settings.backoffInitial,
        factor: settings.backoffFactor,
        maxMs: settings.backoffMax,
      },
      notFoundGraceMs: settings.notFoundGrace,
    },
    retentionMs: settings.retention,
  }
}

interface KeyReading {
  /** The setting it came from. */
  setting: 'privateKey' | 'privateKeyFile'
  reading: PrivateKeyReading
}

function readKey(
  { folder }: DestinationSource,
  { privateKey, privateKeyFile }: Partial<DestinationSettings>,
): KeyReading | undefined {
  if (privateKey !== undefined) {
    const reading = readPrivateKey({ kind: 'text', text: privateKey })
    return { setting: 'privateKey', reading }
  }
  if (privateKeyFile !== undefined) {
    const path = resolve(folder, privateKeyFile)
    return { setting: 'privateKeyFile', reading: readPrivateKey({ kind: 'file', path }) }
  }
  return undefined
}

function keyProblems(
  source: DestinationSource,
  keyReading: KeyReading | undefined,
): ConfigProblem[] {
  if (keyReading === undefined) return missingKeyProblems(source)
  const { setting, reading } = keyReading
  return reading.kind === 'ok' ? [] : [valueProblem(source, setting, reading.message)]
}

/** A setting that is given and wrong in itself has been reported already. */
function missingKeyProblems({ given, nameOf }: DestinationSource): ConfigProblem[] {
  if (given.has('privateKey') || given.has('privateKeyFile')) return []
  const mend = `set it to ${keyFileFormat()}, or give the key itself in ${nameOf('privateKey')}`
  return [{ name: nameOf('privateKeyFile'), wrong: 'is missing', got: undefined, mend }]
}

function keyFileFormat(): string {
  return settingInfo(destinationSettings.shape.privateKeyFile).format
}

function twoKeysProblem({ given, nameOf }: DestinationSource): ConfigProblem | undefined {
  return given.has('privateKey') && given.has('privateKeyFile')
    ? {
        name: nameOf('privateKey'),
        wrong: `is set, and ${nameOf('privateKeyFile')} too`,
        got: undefined,
        mend: 'set exactly one of them',
      }
    : undefined
}

interface CertificateQuestion {
  path: string | undefined
  key: KeyObject | undefined
  nowMs: number
}

function certificateProblems(
  source: DestinationSource,
  { path, key, nowMs }: CertificateQuestion,
): ConfigProblem[] {
  if (path === undefined) return []
  const wrong = certificateProblem({ path: resolve(source.folder, path), key, nowMs })
  return wrong === undefined ? [] : [valueProblem(source, 'certificateFile', wrong)]
}

function valueProblem(
  { given, nameOf }: DestinationSource,
  key: 'privateKey' | 'privateKeyFile' | 'certificateFile',
  wrong: string,
): ConfigProblem {
  const info = settingInfo(destinationSettings.shape[key])
  const { name, text } = given.get(key) ?? { name: nameOf(key), text: '' }
  return { name, wrong, got: shownValue(text, info.secret), mend: mendOf(info) }
}

function backoffProblem(
  source: DestinationSource,
  { backoffInitial, backoffMax }: Partial<DestinationSettings>,
): ConfigProblem | undefined {
  if (backoffInitial === undefined || backoffMax === undefined) return undefined
  if (backoffInitial <= backoffMax) return undefined
  return {
    name: nameIn(source, 'backoffInitial'),
    wrong: `${formatDuration(backoffInitial)} is longer than ${nameIn(source, 'backoffMax')} (${formatDuration(backoffMax)})`,
    got: undefined,
    mend: 'lower the one or raise the other',
  }
}

/** An attempt cut off at shutdown may or may not have booked: the one uncertainty that a setting can rule out. */
function deadlineProblem(
  source: DestinationSource,
  attemptTimeoutMs: number | undefined,
  shutdownDeadlineMs: number | undefined,
): ConfigProblem | undefined {
  if (attemptTimeoutMs === undefined || shutdownDeadlineMs === undefined) return undefined
  if (attemptTimeoutMs < shutdownDeadlineMs) return undefined
  return {
    name: 'RINGBACK_SHUTDOWN_DEADLINE',
    wrong: `${formatDuration(shutdownDeadlineMs)} is not longer than ${nameIn(source, 'attemptTimeout')} (${formatDuration(attemptTimeoutMs)}), so a stopping worker would cut attempts off, booked or not`,
    got: undefined,
    mend: 'raise it, or lower the timeout',
  }
}

function nameIn({ given, nameOf }: DestinationSource, key: string): string {
  return given.get(key)?.name ?? nameOf(key)
}
