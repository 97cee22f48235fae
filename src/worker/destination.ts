import type { DestinationConfig } from '../shared/config/config.ts'
import { countDeadLetters } from '../shared/store/dead-letters/dead-letters.ts'
import { readVanished } from '../shared/store/inbox/vanished.ts'
import { connectPatiently, type Redis } from '../shared/redis/connection.ts'
import { inboxKey, resultsKey } from '../shared/redis/keys.ts'
import { readStreamPosition } from '../shared/store/streams/stream-position.ts'
import type { Observer, WorkerEvent } from '../shared/telemetry/events.ts'
import type { Clock, Random } from '../shared/time/clock.ts'
import { createBridge, restMs } from './bridge/bridge.ts'
import { startProcessor } from './processor.ts'
import { createCallbackQueue } from '../queue/callback-queue.ts'
import { createSalesforceClient } from '../salesforce/client.ts'
import { createContactRequestFinder } from '../salesforce/contact-request-finder.ts'
import { createTokenSource } from '../salesforce/token-source.ts'
import { createWaitingTimes } from './waiting-time.ts'

export interface WorkerTimes {
  /** How long a job stays with a worker that has fallen silent. */
  lockMs: number
  /** How long after the beginning of an attempt its request may still be sent. */
  sendWithinMs: number
  /** How long an inbox entry stays with a bridge that has fallen silent. */
  abandonedMs: number
  /** After so long with entries to move, of which none got anywhere, a bridge counts as stalled. */
  stalledMs: number
  /** How long an inbox that nobody serves may wait for its first worker. */
  strayGraceMs: number
  /** How often background maintenance runs. */
  maintenanceMs: number
  /** How long the walker rests after a batch. */
  turnRestMs: number
  /** After so long a worker that walked and has fallen silent is replaced. */
  walkerLeaseMs: number
}

/** The times that belong to a lock: everything that notices a dead worker follows from it. */
export function workerTimes(lockMs: number): WorkerTimes {
  return {
    lockMs,
    // Locks are renewed when half of their time is over. Later than that, nothing is certain about ours.
    sendWithinMs: Math.floor(lockMs / 2),
    // Longer than an entry rests that failed: a bridge would take its own for abandoned, and not let them rest.
    abandonedMs: Math.max(2 * restMs, Math.ceil(lockMs / 3)),
    // Several reads, and the longest that Redis may be busy with one entry.
    stalledMs: Math.max(10_000, 4 * lockMs),
    strayGraceMs: 5 * 60_000,
    maintenanceMs: 60_000,
    turnRestMs: 1_000,
    walkerLeaseMs: lockMs,
  }
}

/**
 * A dead worker's job is found within two locks, and an attempt takes no longer than its timeout: nothing that is being
 * worked on, or about to be, counts as forgotten.
 */
export function overdueAfterMs(lockMs: number, attemptTimeoutMs: number): number {
  return 4 * lockMs + attemptTimeoutMs
}

/** One destination being served. */
export interface ServedDestination {
  name: string
  status(): DestinationStatus
  redisIsBack(): void
  depths(): Promise<Depths>
  /** `signal` aborted: stop waiting for answers. */
  stop(signal: AbortSignal): Promise<void>
}

export interface DestinationStatus {
  bridge: boolean
  processor: boolean
  /** False after Salesforce has refused a fresh token: the key, the org or the call center is wrong. */
  authorized: boolean
}

/** How much waits where. Counts, and the age of the oldest inbox entry in ms. */
export interface Depths {
  inbox: number
  inboxOldestAgeMs: number
  /** Inbox entries that somebody took away; undefined where nobody knows. */
  vanished: number | undefined
  deadLetters: number
  queue: Record<string, number>
  /** By how many ms the ids of each stream are ahead of Redis' clock. */
  aheadMs: { inbox: number; results: number }
}

export interface ServeOptions {
  redis: Redis
  redisUrl: string
  namespace: string
  consumer: string
  times: WorkerTimes
  clock: Clock
  random: Random
  observe: Observer
}

/** Bridge and processor of one destination, over one command connection that all destinations share. */
export function serveDestination(
  destination: DestinationConfig,
  options: ServeOptions,
): ServedDestination {
  const { redis, clock, times } = options
  const place = { namespace: options.namespace, destination: destination.name }
  const status = { authorized: true }
  const observe: Observer = (event) => {
    noteAuthorization(status, event)
    options.observe(event)
  }
  const blocking = connectPatiently(options.redisUrl, () => {
    // The command connection, which goes to the same server, reports it.
  })
  const queue = createCallbackQueue(redis, place)
  const client = createClient(destination, clock)
  const verification = createVerification(destination, clock)
  const { retentionMs } = destination
  const shared = { redis, place, clock, observe, retentionMs }
  const { consumer } = options
  const { abandonedMs, stalledMs, lockMs, sendWithinMs } = times
  const bridge = createBridge({ ...shared, blocking, queue, consumer, abandonedMs, stalledMs })
  const { concurrency, rate } = destination
  const processor = startProcessor(
    {
      ...{ ...shared, client, random: options.random, ...rulesOf(destination), verification },
      sendWithinMs,
    },
    { connection: redis, concurrency, rate, lockMs },
  )
  const waitingTimes = createWaitingTimes(clock)
  const stopping = new AbortController()
  const bridging = bridge.run(stopping.signal)
  return {
    name: destination.name,
    status: () => ({
      bridge: bridge.isWorking(),
      processor: processor.isRunning(),
      authorized: status.authorized,
    }),
    redisIsBack: () => bridge.redisIsBack(),
    depths: async () => {
      const [inbox, results, vanished, deadLetters, counts] = await Promise.all([
        readStreamPosition(redis, { key: inboxKey(place) }),
        readStreamPosition(redis, { key: resultsKey(place) }),
        readVanished(redis, { place }),
        countDeadLetters(redis, place),
        queue.counts(),
      ])
      const { entries, oldestId } = inbox
      const [inboxOldestAgeMs = 0] = waitingTimes(oldestId === undefined ? [] : [oldestId])
      const aheadMs = { inbox: inbox.aheadMs, results: results.aheadMs }
      return { inbox: entries, inboxOldestAgeMs, vanished, deadLetters, queue: counts, aheadMs }
    },
    stop: async (signal) => {
      stopping.abort()
      // Whatever a blocked read was just being given stays pending in the group, and the next bridge takes it over.
      blocking.disconnect()
      await Promise.all([bridging, processor.stop(signal)])
      await queue.close()
      client.close()
      verification?.close()
    },
  }
}

function createClient({ salesforce, attemptTimeoutMs, proxy }: DestinationConfig, clock: Clock) {
  const { orgId, callCenter, privateKey, token, baseUrl, telephonyProviderName } = salesforce
  const tokens = createTokenSource({ orgId, callCenter, privateKey, ...token, clock })
  const timeoutMs = attemptTimeoutMs
  return createSalesforceClient({ baseUrl, tokens, telephonyProviderName, timeoutMs, clock, proxy })
}

function createVerification({ verify, attemptTimeoutMs, proxy }: DestinationConfig, clock: Clock) {
  if (verify === undefined) return undefined
  const finder = createContactRequestFinder({
    ...verify,
    timeoutMs: attemptTimeoutMs,
    clock,
    proxy,
  })
  return { ...finder, marginMs: verify.marginMs }
}

function rulesOf({ retry, onUncertain, verify }: DestinationConfig) {
  return { policy: retry, onUncertain, verifyGraceMs: verify?.graceMs ?? 0 }
}

/** `unauthorized` is the destination's fault, never the callback's; any other answer from Salesforce clears it. */
function noteAuthorization(status: { authorized: boolean }, event: WorkerEvent): void {
  if (event.event !== 'attempt.settled') return
  if (event.code === 'unauthorized') status.authorized = false
  else if (event.status !== undefined) status.authorized = true
}
