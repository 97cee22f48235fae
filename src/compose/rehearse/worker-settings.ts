import type { KeyObject } from 'node:crypto'

import { formatDuration } from '../../shared/time/duration.ts'
import { scheduleOf, type Plan } from './plan.ts'

export const orgId = '00DHs00000Kmpyr'
export const callCenter = 'ringback_rehearsal'
export const namespace = 'rehearsal'

export interface Stage {
  redisUrl: string
  salesforceUrl: string
  privateKey: KeyObject
}

/**
 * The environment of a worker. What is not said here is as by default, above all the breaker and the budget of retries: they
 * are what is rehearsed. Only its ramp is compressed as the day is.
 */
export function workerSettings(
  { redisUrl, salesforceUrl, privateKey }: Stage,
  plan: Plan,
): Record<string, string> {
  return {
    RINGBACK_REDIS_URL: redisUrl,
    RINGBACK_NAMESPACE: namespace,
    RINGBACK_SALESFORCE_URL: salesforceUrl,
    RINGBACK_SALESFORCE_ORG_ID: orgId,
    RINGBACK_SALESFORCE_CALL_CENTER: callCenter,
    RINGBACK_SALESFORCE_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    RINGBACK_TELEPHONY_PROVIDER_NAME: 'ringback-rehearsal',
    RINGBACK_OPS_PORT: 'none',
    RINGBACK_RATE: String(plan.rate),
    RINGBACK_BREAKER_RAMP: formatDuration(scheduleOf(plan).rampMs),
  }
}
