import type { RetryPolicy } from '../../shared/contract/retry-policy.ts'
import type { Redis } from '../../shared/redis/connection.ts'
import type { Place } from '../../shared/redis/keys.ts'
import type { Observer } from '../../shared/telemetry/events.ts'
import type { Clock, Random } from '../../shared/time/clock.ts'
import type { SalesforceClient } from '../salesforce/client.ts'

/** What the queue carries: which callback, and in which of its generations. */
export interface CallbackJob {
  id: string
  generation: number
}

export interface AttemptContext {
  redis: Redis
  place: Place
  client: SalesforceClient
  policy: RetryPolicy
  retentionMs: number
  clock: Clock
  random: Random
  observe: Observer
}

/** What the queue has to do with the job afterwards, as data: the processor carries it out. */
export type Instruction = { kind: 'finish' } | { kind: 'delay'; untilMs: number }
