import type { CliContext } from '../../cli/cli-context.ts'
import type { Loaded } from './check-configuration.ts'
import type { Finding } from './finding.ts'

const check = 'verification'

/** Asks Salesforce, where an uncertain outcome is to be verified: it would be late to find out then that it may not. */
export async function checkVerification(context: CliContext, loaded: Loaded): Promise<Finding[]> {
  if (loaded.kind === 'problems') return []
  const { destinations } = loaded.config
  const findings = await Promise.all(destinations.map(({ name }) => tryToAsk(context, name)))
  return findings.filter((finding) => finding !== undefined)
}

async function tryToAsk(context: CliContext, destination: string): Promise<Finding | undefined> {
  const search = await context.askSalesforce(destination)
  switch (search?.kind) {
    case undefined:
      return undefined
    case 'found': {
      const message = `${destination}: Salesforce grants an access token and lets ContactRequest be read`
      return { check, verdict: 'ok', message }
    }
    case 'unavailable': {
      const fix = 'try again; if it stays so, look at RINGBACK_VERIFY_URL and the way to it'
      const message = `${destination}: could not be asked now: ${search.message}`
      return { check, verdict: 'fail', message, fix }
    }
    case 'failed': {
      const fix =
        'look at the app, the user and its permissions in Salesforce; docs/verifying.md says what they need'
      const message = `${destination}: Salesforce may not be asked: ${search.message}`
      return { check, verdict: 'fail', message, fix }
    }
  }
}
