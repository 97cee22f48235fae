import type { WorkerConfig } from '../../src/shared/config/config.ts'
import { loadWorkerConfig } from '../../src/shared/config/load.ts'
import { systemClock } from '../../src/shared/time/clock.ts'

export const orgId = '00DHs00000Kmpyr'
export const callCenter = 'scv4cc1'
/** The app that may ask the sandbox what was booked, for the policy `verify`. */
export const core = { clientId: 'ringback-test', clientSecret: 'the-secret-of-this-test' }

/** What a worker is connected with. */
export interface Surroundings {
  redisUrl: string
  namespace: string
  /** Of a server on this machine, without a path. */
  salesforceUrl: string
  privateKeyPem: string
}

/** The least that a worker needs. It serves no port, as many of them run on one machine. */
export function workerEnvironment({
  redisUrl,
  namespace,
  salesforceUrl,
  privateKeyPem,
}: Surroundings): Record<string, string> {
  return {
    RINGBACK_REDIS_URL: redisUrl,
    RINGBACK_NAMESPACE: namespace,
    RINGBACK_SALESFORCE_URL: salesforceUrl,
    RINGBACK_SALESFORCE_ORG_ID: orgId,
    RINGBACK_SALESFORCE_CALL_CENTER: callCenter,
    RINGBACK_SALESFORCE_PRIVATE_KEY: privateKeyPem,
    RINGBACK_VERIFY_CLIENT_ID: core.clientId,
    RINGBACK_VERIFY_CLIENT_SECRET: core.clientSecret,
    RINGBACK_TELEPHONY_PROVIDER_NAME: 'ringback-test',
    RINGBACK_OPS_PORT: 'none',
  }
}

/** As a worker would load it: a setting that is not given has the default that users get. */
export function workerConfig(
  surroundings: Surroundings,
  settings: Readonly<Record<string, string>>,
): WorkerConfig {
  const env = { ...workerEnvironment(surroundings), ...settings }
  // A copy: what is loaded is frozen, and tests shorten times.
  return { ...loadWorkerConfig(env, systemClock) }
}
