import type { DestinationConfig } from '../shared/config/config.ts'
import type { Clock } from '../shared/time/clock.ts'
import type { TokenObserver } from './access-tokens.ts'
import { createSalesforceClient, type SalesforceClient } from './client.ts'
import { createContactRequestFinder, type ContactRequestFinder } from './contact-request-finder.ts'
import { createTokenSource, type TokenSource } from './token-source.ts'

export interface Salesforce {
  client: SalesforceClient
  /** Undefined: the destination does not verify. */
  finder: ContactRequestFinder | undefined
  /** Closes the kept connections. */
  close(): void
}

/** Salesforce as the settings of a destination say that it is reached. Connects when something is sent. */
export function openSalesforce(
  config: DestinationConfig,
  clock: Clock,
  onToken?: TokenObserver,
): Salesforce {
  const client = clientOf(config, clock)
  const finder = finderOf(config, { clock, onToken })
  return {
    client,
    finder,
    close: () => {
      client.close()
      finder?.close()
    },
  }
}

/** Where the destination's tokens for the telephony API come from. */
export function tokenSourceOf({ salesforce }: DestinationConfig, clock: Clock): TokenSource {
  const { orgId, callCenter, privateKey, token } = salesforce
  return createTokenSource({ orgId, callCenter, privateKey, ...token, clock })
}

function clientOf(config: DestinationConfig, clock: Clock): SalesforceClient {
  const { salesforce, attemptTimeoutMs, proxy } = config
  return createSalesforceClient({
    baseUrl: salesforce.baseUrl,
    tokens: tokenSourceOf(config, clock),
    telephonyProviderName: salesforce.telephonyProviderName,
    timeoutMs: attemptTimeoutMs,
    clock,
    proxy,
  })
}

interface FinderScope {
  clock: Clock
  onToken: TokenObserver | undefined
}

function finderOf(config: DestinationConfig, scope: FinderScope): ContactRequestFinder | undefined {
  const { verify, attemptTimeoutMs, proxy } = config
  if (verify === undefined) return undefined
  return createContactRequestFinder({ ...verify, timeoutMs: attemptTimeoutMs, proxy, ...scope })
}
