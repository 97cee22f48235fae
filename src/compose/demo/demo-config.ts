import type { KeyObject } from 'node:crypto'

import type { WorkerConfig } from '../../shared/config/config.ts'
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

export function demoConfig({
  redisUrl,
  namespace,
  salesforceUrl,
  privateKey,
}: DemoPlace): WorkerConfig {
  return {
    redisUrl,
    namespace,
    logLevel: 'silent',
    opsHost: '127.0.0.1',
    opsPort: undefined,
    shutdownDeadlineMs: 20_000,
    lockDurationMs: 8_000,
    destinations: [
      {
        name: 'default',
        salesforce: {
          baseUrl: `${salesforceUrl}/telephony/v1`,
          orgId,
          callCenter,
          privateKey,
          telephonyProviderName: providerName,
          token: { ttlMs: 300_000, audience: undefined, jti: false },
        },
        rate: 10,
        concurrency: 10,
        attemptTimeoutMs: 10_000,
        // Shorter than the defaults, which are made for outages of a day.
        retry: {
          maxAttempts: 10,
          maxRetryDurationMs: 60_000,
          backoff: { initialMs: 1_000, factor: 2, maxMs: 5_000 },
          notFoundGraceMs: 0,
        },
        onUncertain: 'retry',
        verify: undefined,
        retentionMs: 24 * 3_600_000,
      },
    ],
  }
}
