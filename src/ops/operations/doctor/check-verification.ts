import { openSalesforce } from '../../../salesforce/open-salesforce.ts'
import type { DestinationConfig } from '../../../shared/config/config.ts'
import type { ContactRequestSearch } from '../../../shared/delivery/contact-request-search.ts'
import type { Clock } from '../../../shared/time/clock.ts'
import type { Loaded } from './check-configuration.ts'
import type { Finding } from './finding.ts'

const check = 'verification'

/** A number kept for fiction, and a VoiceCall that no org has: both conditions of the query are tried, and find nothing. */
const nobody = { callbackNumber: '+12025550100', callId: '0LQ000000000000' }

/** Asks Salesforce for ContactRequests as a verifying worker would. `undefined` where the destination does not verify. */
export async function trySearch(
  config: DestinationConfig,
  clock: Clock,
): Promise<ContactRequestSearch | undefined> {
  const salesforce = openSalesforce(config, clock)
  try {
    return await salesforce.finder?.search({ ...nobody, sinceMs: clock.now() })
  } finally {
    salesforce.close()
  }
}

/** Asks Salesforce, where an uncertain outcome is to be verified: it would be late to find out then that it may not. */
export async function checkVerification(loaded: Loaded, clock: Clock): Promise<Finding[]> {
  if (loaded.kind === 'problems') return []
  const { destinations } = loaded.config
  const findings = await Promise.all(destinations.map((each) => judge(each, clock)))
  return findings.filter((finding) => finding !== undefined)
}

async function judge(config: DestinationConfig, clock: Clock): Promise<Finding | undefined> {
  const search = await trySearch(config, clock)
  const destination = config.name
  switch (search?.kind) {
    case undefined:
      return undefined
    case 'found': {
      const message = `${destination}: Salesforce grants an access token and lets ContactRequest be read`
      return { check, verdict: 'ok', message }
    }
    case 'unavailable': {
      const fix =
        'try again; if that does not help, check RINGBACK_VERIFY_URL and the network path to it'
      const message = `${destination}: Salesforce could not be asked: ${search.message}`
      return { check, verdict: 'fail', message, fix }
    }
    case 'failed': {
      const fix =
        'check the app, the user and its permissions in Salesforce; docs/verifying.md says what they need'
      const message = `${destination}: Salesforce refuses access: ${search.message}`
      return { check, verdict: 'fail', message, fix }
    }
  }
}
