import type { Environment } from '../../../shared/config/environment.ts'
import { loadStoreConfig } from '../../../shared/config/load.ts'
import type { Clock } from '../../../shared/time/clock.ts'
import { checkConfiguration, loadAll } from './check-configuration.ts'
import { checkConnections } from './check-connection.ts'
import { checkProviderNames } from './check-provider-name.ts'
import { checkRedis } from './check-redis.ts'
import { checkSecretFiles } from './check-secret-files.ts'
import { checkTokens } from './check-token.ts'
import { checkVerification } from './check-verification.ts'
import type { Finding } from './finding.ts'

export interface DoctorDeps {
  env: Environment
  clock: Clock
}

/** Whether everything is set up as it should be. `connects`: whether a connection to Salesforce is tried too. */
export async function examine(
  { env, clock }: DoctorDeps,
  { connects }: { connects: boolean },
): Promise<Finding[]> {
  const loaded = loadAll(env, clock)
  return [
    ...checkConfiguration(loaded),
    ...checkSecretFiles(env),
    ...checkProviderNames(loaded),
    ...(await checkTokens(loaded, clock)),
    ...(connects ? await checkConnections(loaded) : []),
    ...(await checkVerification(loaded, clock)),
    ...(await checkRedis(env, clock, configuredIn(env))),
  ]
}

/** None where the configuration is broken, which is another check's finding. */
function configuredIn(env: Environment): readonly string[] {
  try {
    return loadStoreConfig(env).destinations
  } catch {
    return []
  }
}
