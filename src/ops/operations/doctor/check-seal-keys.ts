import type { Redis } from '../../../shared/redis/connection.ts'
import { openStore } from '../../../shared/redis/destination-store.ts'
import { readPublicKeys } from '../../../shared/store/public-keys/public-keys.ts'
import { readLivingWorkers } from '../../../shared/store/workers/living-workers.ts'
import type { Finding } from './finding.ts'

const check = 'sealed numbers'

/** Whether what producers seal can be unsealed: what was published once stays, also when workers are given no keys any more. */
export async function checkSealKeys(
  redis: Redis,
  { namespace, destinations }: { namespace: string; destinations: readonly string[] },
): Promise<Finding[]> {
  const findings = destinations.map(async (destination): Promise<Finding[]> => {
    const store = openStore(redis, { namespace, destination })
    const { keys } = await readPublicKeys(store)
    if (keys.length === 0) return []
    const workers = await readLivingWorkers(store)
    const lacking = workers.filter(({ settings }) => settings['sealKeysFile'] === 'not set')
    // Where some have keys and some have not, the workers differ, which is another check's finding; where there is none, too.
    if (lacking.length === 0 || lacking.length < workers.length) {
      const message = `${destination}: producers may seal to ${keys.map(({ kid }) => kid).join(', ')}`
      return [{ check, verdict: 'ok', message }]
    }
    return [
      {
        check,
        verdict: 'fail',
        message: `${destination}: producers find public keys, and no worker has the private ones: what is sealed to them becomes a dead letter unknown-seal-key`,
        fix: `give the workers RINGBACK_SEAL_KEYS_FILE again; or have producers seal no more, and DEL {${namespace}:${destination}}:public-keys`,
      },
    ]
  })
  return (await Promise.all(findings)).flat()
}
