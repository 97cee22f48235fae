import { tokenSourceOf } from '../../../salesforce/open-salesforce.ts'
import type { DestinationConfig } from '../../../shared/config/config.ts'
import { messageOf } from '../../../shared/errors/errors.ts'
import type { Clock } from '../../../shared/time/clock.ts'
import type { Loaded } from './check-configuration.ts'
import type { Finding } from './finding.ts'

/** Signs a token for every destination, as a worker would. Salesforce is not asked. */
export async function checkTokens(loaded: Loaded, clock: Clock): Promise<Finding[]> {
  if (loaded.kind === 'problems') {
    return [
      { check: 'token', verdict: 'unknown', message: 'not tried: the configuration is not valid' },
    ]
  }
  return Promise.all(loaded.config.destinations.map((each) => tryToken(each, clock)))
}

async function tryToken(destination: DestinationConfig, clock: Clock): Promise<Finding> {
  const { name } = destination
  try {
    await tokenSourceOf(destination, clock).token()
    const message = `${name}: a token was signed; the first attempt shows whether Salesforce accepts it`
    return { check: 'token', verdict: 'ok', message }
  } catch (error) {
    const message = `${name}: no token can be signed: ${messageOf(error)}`
    const fix = 'check the private key and the token settings in docs/configuration.md'
    return { check: 'token', verdict: 'fail', message, fix }
  }
}
