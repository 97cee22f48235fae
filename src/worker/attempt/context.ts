import type {
  ContactRequestQuery,
  ContactRequestSearch,
} from '../../shared/delivery/contact-request-search.ts'
import type { AttemptSpans } from '../../shared/config/features/process.ts'
import type { DestinationStore } from '../../shared/redis/destination-store.ts'
import type { Observer } from '../../shared/telemetry/events.ts'
import type { Clock } from '../../shared/time/clock.ts'
import type { SalesforceClient } from '../../salesforce/client.ts'
import type { SearchConditions } from '../../salesforce/contact-request-finder.ts'
import type { DecisionRules } from './decide.ts'
import type { Replicas } from './replicas.ts'

export interface AttemptContext extends DecisionRules {
  store: DestinationStore
  client: Pick<SalesforceClient, 'requestCallback'>
  /** Undefined: this destination does not verify. */
  verification: Verification | undefined
  retentionMs: number
  /** As breaker.lua has them; undefined: the destination has no breaker. */
  breakerRules?: string | undefined
  /** An attempt that has not got as far by then is not sent: another worker may have taken it over. */
  sendWithinMs: number
  /** Undefined: an attempt is sent as soon as the primary knows of it. */
  replicas?: Replicas | undefined
  attemptSpans: AttemptSpans
  clock: Clock
  observe: Observer
}

/** How Salesforce is asked whether an uncertain attempt was booked. */
export interface Verification {
  search(query: ContactRequestQuery, conditions?: SearchConditions): Promise<ContactRequestSearch>
  /** Salesforce's clock may be behind ours by this much, which is taken off the attempt's beginning. */
  marginMs: number
}
