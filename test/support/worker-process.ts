import type { DestinationConfig } from '../../src/shared/config/config.ts'
import type { Bundle } from './ringback.ts'
import { type RingbackProcess, spawnRingback } from './process.ts'

/** `ringback worker` for this test's Redis and Salesforce, once it says that it has started. */
export async function startWorkerProcess(
  bundle: Bundle,
  settings: Readonly<Record<string, string>> = {},
): Promise<RingbackProcess> {
  const worker = spawnRingback(['worker'], { ...workerSettings(bundle), ...settings })
  await worker.next('worker.started')
  return worker
}

/** Short times, so that what takes minutes in production is an event that a test can wait for. */
export function workerSettings({ config, redisUrl, place }: Bundle): Record<string, string> {
  const [destination] = config.destinations
  if (destination === undefined) throw new Error('the bundle has no destination')
  const { baseUrl, orgId, callCenter, privateKey, telephonyProviderName } = destination.salesforce
  return {
    RINGBACK_REDIS_URL: redisUrl,
    RINGBACK_NAMESPACE: place.namespace,
    RINGBACK_SALESFORCE_URL: baseUrl,
    RINGBACK_SALESFORCE_ORG_ID: orgId,
    RINGBACK_SALESFORCE_CALL_CENTER: callCenter,
    RINGBACK_SALESFORCE_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    RINGBACK_TELEPHONY_PROVIDER_NAME: telephonyProviderName ?? 'ringback-test',
    RINGBACK_OPS_PORT: 'none',
    RINGBACK_RATE: 'none',
    RINGBACK_CONCURRENCY: '10',
    RINGBACK_ATTEMPT_TIMEOUT: '10s',
    RINGBACK_SHUTDOWN_DEADLINE: '15s',
    RINGBACK_LOCK_DURATION: '1s',
    RINGBACK_BACKOFF_INITIAL: '50ms',
    RINGBACK_BACKOFF_MAX: '500ms',
    RINGBACK_ON_UNCERTAIN: destination.onUncertain,
    ...verifySettings(destination),
  }
}

function verifySettings({ verify }: DestinationConfig): Record<string, string> {
  if (verify?.credential.kind !== 'client-credentials') return {}
  return {
    RINGBACK_VERIFY_URL: verify.instanceUrl,
    RINGBACK_VERIFY_TOKEN_URL: verify.tokenUrl,
    RINGBACK_VERIFY_CLIENT_ID: verify.clientId,
    RINGBACK_VERIFY_CLIENT_SECRET: verify.credential.clientSecret.export().toString(),
    RINGBACK_VERIFY_GRACE: `${verify.graceMs}ms`,
    RINGBACK_VERIFY_MARGIN: `${verify.marginMs}ms`,
  }
}
