import type { DestinationConfig } from '../shared/config/config.ts'
import type { Environment } from '../shared/config/environment.ts'
import { loadWorkerConfig } from '../shared/config/load.ts'
import type { ContactRequestSearch } from '../shared/delivery/contact-request-search.ts'
import type { Clock } from '../shared/time/clock.ts'
import { createContactRequestFinder } from '../salesforce/contact-request-finder.ts'
import { createTokenSource } from '../salesforce/token-source.ts'
import { tryConnection, type ConnectionTrial } from '../salesforce/try-connection.ts'

/** A number kept for fiction, and a VoiceCall that no org has: both conditions of the query are tried, and find nothing. */
const nobody = { callbackNumber: '+12025550100', callId: '0LQ000000000000' }

/** Signs a token as a worker would. Rejects when none can be signed. */
export async function mintToken(
  env: Environment,
  clock: Clock,
  destination: string,
): Promise<void> {
  const { orgId, callCenter, privateKey, token } = find(env, clock, destination).salesforce
  await createTokenSource({ orgId, callCenter, privateKey, ...token, clock }).token()
}

/** Asks Salesforce for ContactRequests as a worker would that verifies. `undefined` where nobody is to be asked. */
export async function askSalesforce(
  env: Environment,
  clock: Clock,
  destination: string,
): Promise<ContactRequestSearch | undefined> {
  const { verify, attemptTimeoutMs: timeoutMs, proxy } = find(env, clock, destination)
  if (verify === undefined) return undefined
  const finder = createContactRequestFinder({ ...verify, timeoutMs, clock, proxy })
  try {
    return await finder.search({ ...nobody, sinceMs: clock.now() })
  } finally {
    finder.close()
  }
}

/** Connects as a worker would, and sends nothing. */
export async function connectToSalesforce(
  env: Environment,
  clock: Clock,
  destination: string,
): Promise<ConnectionTrial> {
  const { salesforce, attemptTimeoutMs, proxy } = find(env, clock, destination)
  return tryConnection(new URL(salesforce.baseUrl), { proxy, timeoutMs: attemptTimeoutMs })
}

function find(env: Environment, clock: Clock, destination: string): DestinationConfig {
  const { destinations } = loadWorkerConfig(env, clock)
  const found = destinations.find(({ name }) => name === destination)
  if (found === undefined) throw new Error(`no destination ${destination} is configured`)
  return found
}
