import type { Loaded } from './check-configuration.ts'
import type { Finding } from './finding.ts'

const check = 'telephony provider'

/** Optional for us, since it is not said everywhere that Salesforce wants it; where it does, every attempt is refused. */
export function checkProviderNames(loaded: Loaded): Finding[] {
  if (loaded.kind === 'problems') return []
  return loaded.config.destinations.map(({ name, salesforce: { telephonyProviderName } }) =>
    telephonyProviderName === undefined
      ? {
          check,
          verdict: 'warn',
          message: `${name}: requests carry no Telephony-Provider-Name header, which Salesforce’s own client sends and the sandbox requires`,
          fix: 'set RINGBACK_TELEPHONY_PROVIDER_NAME to the name that the contact center was set up with',
        }
      : { check, verdict: 'ok', message: `${name}: ${telephonyProviderName}` },
  )
}
