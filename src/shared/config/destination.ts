import type { KeyObject } from 'node:crypto'

import { certificateEndMs } from './certificate.ts'
import type { ConfigProblem } from './config-problem.ts'
import { destinationSettings, type DestinationSettings } from './destination-settings.ts'
import type { DestinationSource } from './destination-source.ts'
import { breakerContradictions } from './features/breaker.ts'
import { identityContradictions, openKey } from './features/identity.ts'
import { paceContradictions } from './features/pace.ts'
import { partitionContradictions } from './features/partitions.ts'
import { retryContradictions } from './features/retry.ts'
import { sealingContradictions, sealKeysPath, sealKeysProblems } from './features/sealing.ts'
import { readSettings, type SettingsReading } from './read-settings.ts'
import {
  readVerifySecret,
  verifyConfigOf,
  verifyContradictions,
  type VerifySecret,
} from './features/verify.ts'

/** A destination as it is configured. */
export type Destination = ReturnType<typeof configured>

export type DestinationReading =
  | { kind: 'ok'; destination: Destination }
  | { kind: 'problems'; problems: readonly ConfigProblem[] }

/** All that can be known of a destination without opening its files. */
export function readDestinationSettings(
  source: DestinationSource,
  shutdownDeadlineMs: number | undefined,
): SettingsReading<DestinationSettings> {
  const reading = readSettings(destinationSettings, source)
  const contradictions = [
    ...retryContradictions(source),
    ...breakerContradictions(source),
    ...paceContradictions(source, shutdownDeadlineMs),
    ...partitionContradictions(source),
    ...identityContradictions(source),
    ...verifyContradictions(source),
    ...sealingContradictions(source),
  ]
  return { ...reading, problems: [...reading.problems, ...contradictions] }
}

/** What of the rest it depends on. */
interface ReadingContext {
  shutdownDeadlineMs: number | undefined
  nowMs: number
  /** Whether RINGBACK_NUMBER_KEY is set, to whatever. */
  hasNumberKey: boolean
}

/** The whole destination, its key and certificate read and judged. */
export function readDestination(
  source: DestinationSource,
  { shutdownDeadlineMs, nowMs, hasNumberKey }: ReadingContext,
): DestinationReading {
  const settings = readDestinationSettings(source, shutdownDeadlineMs)
  const opened = openKey(source, nowMs)
  const verify = readVerifySecret(source, opened.key)
  const problems = [
    ...settings.problems,
    ...settings.missing,
    ...opened.problems,
    ...verify.problems,
    ...sealKeysProblems(source, hasNumberKey),
  ]
  const { complete } = settings
  if (problems.length > 0 || complete === undefined || opened.key === undefined) {
    return { kind: 'problems', problems }
  }
  const secrets = { privateKey: opened.key, verifySecret: verify.secret }
  const { sealing } = complete
  const paths = { ...complete, sealing: { ...sealing, keysFile: sealKeysPath(source) } }
  return { kind: 'ok', destination: configured(source.name, paths, secrets) }
}

interface Secrets {
  privateKey: KeyObject
  verifySecret: VerifySecret | undefined
}

/** The settings as they are, but for what was only the way to a key. */
function configured(
  name: string,
  settings: DestinationSettings,
  { privateKey, verifySecret }: Secrets,
) {
  const { certificateFile, ...salesforce } = settings.salesforce
  return {
    name,
    ...settings,
    salesforce: {
      ...salesforce,
      privateKey,
      certificateEndsMs:
        certificateFile === undefined ? undefined : certificateEndMs(certificateFile),
    },
    verify: verifyConfigOf(settings, verifySecret),
  }
}
