import { messageOf } from '../../../shared/errors/errors.ts'
import type { CliContext } from '../../cli/cli-context.ts'
import type { Loaded } from './check-configuration.ts'
import type { Finding } from './finding.ts'

/** Signs a token for every destination, as a worker would. Salesforce is not asked. */
export async function checkTokens(context: CliContext, loaded: Loaded): Promise<Finding[]> {
  if (loaded.kind === 'problems') {
    return [
      { check: 'token', verdict: 'unknown', message: 'not tried: the configuration is not valid' },
    ]
  }
  return Promise.all(loaded.config.destinations.map(({ name }) => tryToken(context, name)))
}

async function tryToken(context: CliContext, destination: string): Promise<Finding> {
  try {
    await context.mintToken(destination)
    const message = `${destination}: one was signed; whether Salesforce takes it shows the first attempt`
    return { check: 'token', verdict: 'ok', message }
  } catch (error) {
    const message = `${destination}: none can be signed: ${messageOf(error)}`
    const fix = 'look at the private key and the token settings in docs/configuration.md'
    return { check: 'token', verdict: 'fail', message, fix }
  }
}
