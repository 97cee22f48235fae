import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { CoreRules } from '../../src/sandbox/core-tokens.ts'
import { stray, type DestinationName } from './destinations.ts'
import { times } from './times.ts'

export const namespace = 'soak'
export const orgId = '00DHs00000Kmpyr'
export const callCenter = 'scv4cc1'
/** The app that may ask the sandbox what was booked. */
export const core = {
  clientId: 'ringback-soak',
  clientSecret: 'the-secret-of-this-soak',
} as const satisfies CoreRules

export interface SalesforcePlace {
  port: number
  privateKeyPem: string
}

/** Writes the configuration of the workers that serve these destinations; their Redis, which each sees through a proxy of its own, is left out. */
export async function writeWorkerSettings(
  folder: string,
  { port, privateKeyPem }: SalesforcePlace,
  names: readonly DestinationName[],
): Promise<Record<string, string>> {
  const file = join(folder, `ringback-${names.join('-')}.json`)
  const who = {
    salesforceUrl: `http://127.0.0.1:${port}`,
    salesforceOrgId: orgId,
    salesforceCallCenter: callCenter,
    privateKey: privateKeyPem,
    verifyClientId: core.clientId,
    verifyClientSecret: core.clientSecret,
  }
  const described = names.map((name) => {
    const onUncertain = name === stray ? 'retry' : name
    return [name, { ...who, onUncertain }] as const
  })
  await writeFile(file, JSON.stringify({ destinations: Object.fromEntries(described) }))
  return {
    RINGBACK_CONFIG: file,
    RINGBACK_NAMESPACE: namespace,
    RINGBACK_OPS_PORT: 'none',
    RINGBACK_TELEPHONY_PROVIDER_NAME: 'ringback-soak',
    RINGBACK_RATE: '100',
    RINGBACK_CONCURRENCY: '10',
    RINGBACK_LOCK_DURATION: `${times.lockMs}ms`,
    RINGBACK_ATTEMPT_TIMEOUT: `${times.attemptTimeoutMs}ms`,
    RINGBACK_SHUTDOWN_DEADLINE: `${times.shutdownDeadlineMs}ms`,
    RINGBACK_VERIFY_GRACE: `${times.verifyGraceMs}ms`,
    RINGBACK_BACKOFF_INITIAL: '100ms',
    RINGBACK_BACKOFF_MAX: '2s',
    RINGBACK_MAX_ATTEMPTS: '12',
    RINGBACK_MAX_RETRY_DURATION: '2m',
    // What is forgotten cannot be judged.
    RINGBACK_RETENTION: '1d',
  }
}
