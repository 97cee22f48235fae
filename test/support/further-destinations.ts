import { fileURLToPath } from 'node:url'

import { temporaryFile } from '../unit/shared/config/temporary-folder.ts'
import type { Bundle } from './ringback.ts'
import { openStore } from '../../src/shared/redis/destination-store.ts'

/** Settings of a destination as the configuration file has them, beside those that say who it is. */
type FileSettings = Readonly<Record<string, string | number>>

/** Settings that make a worker serve these besides the bundle's own, and trust the certificate of the tests. */
export function furtherDestinations(
  { config }: Bundle,
  destinations: Readonly<Record<string, FileSettings>>,
): Record<string, string> {
  const salesforce = config.destinations[0]?.salesforce
  if (salesforce === undefined) throw new Error('the bundle has no destination')
  const { orgId, callCenter, privateKey, telephonyProviderName } = salesforce
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const identity = {
    salesforceOrgId: orgId,
    salesforceCallCenter: callCenter,
    privateKeyFile: temporaryFile('destination.key', pem),
    telephonyProviderName: telephonyProviderName ?? 'ringback-test',
  }
  const file = Object.fromEntries(
    Object.entries(destinations).map(([name, settings]) => [name, { ...identity, ...settings }]),
  )
  return {
    RINGBACK_CONFIG: temporaryFile('ringback.json', JSON.stringify({ destinations: file })),
    NODE_EXTRA_CA_CERTS: fileURLToPath(
      new URL('tls/localhost-test-only.cert.pem', import.meta.url),
    ),
  }
}

/** The bundle, for one of these destinations. */
export function at(bundle: Bundle, destination: string): Bundle {
  return { ...bundle, store: openStore(bundle.store.redis, { ...bundle.store.ref, destination }) }
}
