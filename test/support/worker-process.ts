import type { DestinationConfig } from '../../src/shared/config/config.ts'
import type { Bundle } from './ringback.ts'
import { type RingbackProcess, spawnRingback } from './process.ts'
import { workerEnvironment } from './worker-config.ts'

/** `ringback worker` for this test's Redis and Salesforce, once it says that it has started. */
export async function startWorkerProcess(
  bundle: Bundle,
  settings: Readonly<Record<string, string>> = {},
): Promise<RingbackProcess> {
  const worker = spawnRingback(['worker'], { ...workerSettings(bundle), ...settings })
  await worker.next('worker.started')
  return worker
}

/** Of one that connects from this address, as on a machine of its own. */
export function connectingFromSettings(address: string): Record<string, string> {
  return {
    NODE_OPTIONS: `--import=${new URL('bind-source.mjs', import.meta.url).href}`,
    RINGBACK_TEST_SOURCE: address,
  }
}

function sealSettings(
  numberKey: string | undefined,
  { keysFile, required, bound }: DestinationConfig['sealing'],
): Record<string, string> {
  return keysFile === undefined || numberKey === undefined
    ? {}
    : {
        RINGBACK_NUMBER_KEY: numberKey,
        RINGBACK_SEAL_KEYS_FILE: keysFile,
        RINGBACK_REQUIRE_SEALED: String(required),
        RINGBACK_REQUIRE_BOUND_SEALS: String(bound),
      }
}

/** Short times, so that what takes minutes in production is an event that a test can wait for. */
export function workerSettings({ config, redisUrl, store }: Bundle): Record<string, string> {
  const [destination] = config.destinations
  if (destination === undefined) throw new Error('the bundle has no destination')
  const { baseUrl, privateKey } = destination.salesforce
  const surroundings = {
    redisUrl,
    namespace: store.ref.namespace,
    salesforceUrl: new URL(baseUrl).origin,
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
  return {
    ...workerEnvironment(surroundings),
    RINGBACK_RATE: 'none',
    RINGBACK_CONCURRENCY: '10',
    RINGBACK_ATTEMPT_TIMEOUT: '10s',
    RINGBACK_SHUTDOWN_DEADLINE: '15s',
    RINGBACK_LOCK_DURATION: '1s',
    RINGBACK_BACKOFF_INITIAL: '50ms',
    RINGBACK_BACKOFF_MAX: '500ms',
    RINGBACK_ON_UNCERTAIN: destination.onUncertain,
    RINGBACK_VERIFY_GRACE: '100ms',
    RINGBACK_VERIFY_MARGIN: '1s',
    ...sealSettings(config.numberKey, destination.sealing),
  }
}
