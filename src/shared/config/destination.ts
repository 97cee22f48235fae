import type { KeyObject } from 'node:crypto'
import { resolve } from 'node:path'

import { formatDuration } from '../time/duration.ts'
import { certificateProblem } from './certificate.ts'
import type { ConfigProblem } from './config-problem.ts'
import type { DestinationConfig } from './config.ts'
import { destinationSettings, type DestinationSettings } from './destination-settings.ts'
import {
  bothGivenProblem,
  missingProblem,
  nameIn,
  valueProblem,
  type DestinationSource,
} from './destination-source.ts'
import { readGivenKey, type KeyReading } from './given-key.ts'
import { readSettings, type SettingsReading } from './read-settings.ts'
import {
  readVerifySecret,
  verifyConfigOf,
  verifyContradictions,
  type VerifySecret,
} from './verify.ts'

const keySettings = { text: 'privateKey', file: 'privateKeyFile' } as const

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
    bothGivenProblem(source, keySettings.text, keySettings.file),
    ...verifyContradictions(source, values),
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
  const keyReading = readGivenKey(source, values, keySettings)
  const key = keyReading?.reading.kind === 'ok' ? keyReading.reading.key : undefined
  const verify = readVerifySecret(source, { values, telephonyKey: key })
  const all = [
    ...problems,
    ...missing,
    ...keyProblems(source, keyReading),
    ...certificateProblems(source, { path: values.certificateFile, key, nowMs }),
    ...verify.problems,
  ]
  if (all.length > 0 || complete === undefined || key === undefined) {
    return { kind: 'problems', problems: all }
  }
  return {
    kind: 'ok',
    destination: destinationOf(source.name, complete, {
      privateKey: key,
      verifySecret: verify.secret,
    }),
  }
}

interface Secrets {
  privateKey: KeyObject
  verifySecret: VerifySecret | undefined
}

function destinationOf(
  name: string,
  settings: DestinationSettings,
  { privateKey, verifySecret }: Secrets,
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
    onUncertain: settings.onUncertain,
    verify: verifyConfigOf(settings, verifySecret),
    retentionMs: settings.retention,
  }
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
function missingKeyProblems(source: DestinationSource): ConfigProblem[] {
  const { given, nameOf } = source
  if (given.has(keySettings.text) || given.has(keySettings.file)) return []
  const alternative = `, or give the key itself in ${nameOf(keySettings.text)}`
  return [missingProblem(source, keySettings.file, alternative)]
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
