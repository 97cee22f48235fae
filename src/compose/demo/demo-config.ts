import type { KeyObject } from 'node:crypto'

import type { WorkerConfig } from '../../shared/config/config.ts'
import { loadWorkerConfig } from '../../shared/config/load.ts'
import type { Clock } from '../../shared/time/clock.ts'
import type { Fault } from '../../sandbox/faults.ts'

export const orgId = '00DHs00000Kmpyr'
export const callCenter = 'ringback_demo'
export const providerName = 'ringback-demo'

/** What the sandbox does to two of the samples. Everything else it judges by the API page's rules. */
export const faults: Fault[] = [
  { do: 'refuse', status: 404, match: { callId: 'vendor-unknown-call' } },
  { do: 'break', status: 503, times: 2, match: { callId: 'vendor-unlucky' } },
]

export interface DemoPlace {
  redisUrl: string
  namespace: string
  salesforceUrl: string
  privateKey: KeyObject
}

/** As a worker would load it from its environment: what is not said here is as by default. */
export function demoConfig(ref: DemoPlace, clock: Clock): WorkerConfig {
  const { redisUrl, namespace, salesforceUrl, privateKey } = ref
  const settings = {
    RINGBACK_REDIS_URL: redisUrl,
    RINGBACK_NAMESPACE: namespace,
    RINGBACK_SALESFORCE_URL: salesforceUrl,
    RINGBACK_SALESFORCE_ORG_ID: orgId,
    RINGBACK_SALESFORCE_CALL_CENTER: callCenter,
    RINGBACK_SALESFORCE_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    RINGBACK_TELEPHONY_PROVIDER_NAME: providerName,
    RINGBACK_OPS_PORT: 'none',
    RINGBACK_CONCURRENCY: '10',
    // Shorter than the defaults, which are made for outages of a day.
    RINGBACK_MAX_ATTEMPTS: '10',
    RINGBACK_MAX_RETRY_DURATION: '1m',
    RINGBACK_BACKOFF_INITIAL: '1s',
    RINGBACK_BACKOFF_MAX: '5s',
    RINGBACK_RETENTION: '1d',
  }
  return loadWorkerConfig(settings, clock)
}
