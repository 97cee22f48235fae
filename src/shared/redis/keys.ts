import { canonicalRecordId } from '../contract/salesforce-id.ts'

/** Where a destination's keys live. */
export interface DestinationRef {
  namespace: string
  destination: string
}

/** The braces are Redis Cluster's hash tag: one destination, one slot, so that a script may touch all its keys. */
export function queuePrefix({ namespace, destination }: DestinationRef): string {
  return `{${namespace}:${destination}}`
}

export const queueName = 'callbacks'

export function inboxKey(ref: DestinationRef): string {
  return `${queuePrefix(ref)}:inbox`
}

/** Where producers put their intents who are not trusted with the inbox. */
export function doorKey(ref: DestinationRef): string {
  return `${queuePrefix(ref)}:door`
}

/** That an entry was handed over to this partition: the number of the one in whose inbox it was, and its id there. */
export function handedKey(
  ref: DestinationRef,
  { from, entryId }: { from: number; entryId: string },
): string {
  return `${queuePrefix(ref)}:handed:${from}:${entryId}`
}

export function callbackKey(ref: DestinationRef, id: string): string {
  return `${queuePrefix(ref)}:callback:${id}`
}

/** Keys that were met among all others, and are of callbacks: whoever hands them on says so by this. */
export function callbackKeys(keys: readonly string[]): readonly string[] {
  return keys
}

export function resultsKey(ref: DestinationRef): string {
  return `${queuePrefix(ref)}:results`
}

export function deadLettersKey(ref: DestinationRef): string {
  return `${queuePrefix(ref)}:dead-letters`
}

/** What each dead letter died of. */
export function letterReasonsKey(ref: DestinationRef): string {
  return `${queuePrefix(ref)}:letter-reasons`
}

export function statsKey(ref: DestinationRef): string {
  return `${queuePrefix(ref)}:stats`
}

export function recentKey(ref: DestinationRef): string {
  return `${queuePrefix(ref)}:recent`
}

export function controlKey(ref: DestinationRef): string {
  return `${queuePrefix(ref)}:control`
}

export function breakerKey(ref: DestinationRef): string {
  return `${queuePrefix(ref)}:breaker`
}

export function expiriesKey(ref: DestinationRef): string {
  return `${queuePrefix(ref)}:expiries`
}

/** What waits for its time, and has no job yet. */
export function scheduleKey(ref: DestinationRef): string {
  return `${queuePrefix(ref)}:schedule`
}

/** A plan and its run. */
export function runKey(ref: DestinationRef, id: string): string {
  return `${queuePrefix(ref)}:run:${id}`
}

export function runsKey(ref: DestinationRef): string {
  return `${queuePrefix(ref)}:runs`
}

export function activeRunsKey(ref: DestinationRef): string {
  return `${queuePrefix(ref)}:active-runs`
}

export function paceKey(ref: DestinationRef): string {
  return `${queuePrefix(ref)}:pace`
}

export function inFlightKey(ref: DestinationRef): string {
  return `${queuePrefix(ref)}:in-flight`
}

export function retryingKey(ref: DestinationRef): string {
  return `${queuePrefix(ref)}:retrying`
}

export function flowKey(ref: DestinationRef): string {
  return `${queuePrefix(ref)}:flow`
}

/** What the minutes of the last day have come to. */
export function historyKey(ref: DestinationRef): string {
  return `${queuePrefix(ref)}:history`
}

/** Who did what, and why. */
export function auditKey(ref: DestinationRef): string {
  return `${queuePrefix(ref)}:audit`
}

export function workersKey(ref: DestinationRef): string {
  return `${queuePrefix(ref)}:workers`
}

export function intakeKey(ref: DestinationRef): string {
  return `${queuePrefix(ref)}:intake`
}

/** What became of an entry of the inbox that wanted something of callbacks. */
export function wishKey(ref: DestinationRef, entryId: string): string {
  return `${queuePrefix(ref)}:wish:${entryId}`
}

/** Whose a ContactRequest is. Both forms of its id are one key; a search knows the longer one only. */
export function ownerKey(ref: DestinationRef, recordId: string): string {
  return `${queuePrefix(ref)}:record:${canonicalRecordId(recordId)}`
}

/** Callbacks by call, those of one bucket. */
export function callPlaceKey(ref: DestinationRef, bucket: string): string {
  return `${queuePrefix(ref)}:call:${bucket}`
}

/** Callbacks by number, those of one bucket. */
export function numberPlaceKey(ref: DestinationRef, bucket: string): string {
  return `${queuePrefix(ref)}:number:${bucket}`
}

/** A bucket that was met among all keys: whoever hands it on says so by this. */
export function bucketKey(key: string): string {
  return key
}

export function isBucketKey(ref: DestinationRef, key: string): boolean {
  return key.startsWith(callPlaceKey(ref, '')) || key.startsWith(numberPlaceKey(ref, ''))
}

/** The key of the HMACs. No producer and no consumer may read it. */
export function secretKey(ref: DestinationRef): string {
  return `${queuePrefix(ref)}:number-key`
}

/** To which producers seal numbers. */
export function publicKeysKey(ref: DestinationRef): string {
  return `${queuePrefix(ref)}:public-keys`
}

/** Where a stream is built anew before it takes the place of one that is there. */
export function realignedKey(ref: DestinationRef): string {
  return `${queuePrefix(ref)}:realigned`
}

/** BullMQ's hash of a job, whose id is at the end. A job has further keys, with a colon and a word after that. */
export function jobKey(ref: DestinationRef, jobId: string): string {
  return `${queuePrefix(ref)}:${queueName}:${jobId}`
}

/** BullMQ's sorted set of jobs that are due, by priority: all of ours have one. */
export function dueJobsKey(ref: DestinationRef): string {
  return `${queuePrefix(ref)}:${queueName}:prioritized`
}

/** BullMQ's list of jobs that go before all priorities: those come here that a dead worker had. */
export function waitingJobsKey(ref: DestinationRef): string {
  return `${queuePrefix(ref)}:${queueName}:wait`
}

/** BullMQ's sorted set of jobs that wait for their time. */
export function delayedJobsKey(ref: DestinationRef): string {
  return `${queuePrefix(ref)}:${queueName}:delayed`
}

/** BullMQ's list of jobs that a worker has in hand. */
export function activeJobsKey(ref: DestinationRef): string {
  return `${queuePrefix(ref)}:${queueName}:active`
}

/** What BullMQ tells workers by that wait for a job. */
export function jobMarkersKey(ref: DestinationRef): string {
  return `${queuePrefix(ref)}:${queueName}:marker`
}

/** BullMQ's stream of what happened to jobs. */
export function queueEventsKey(ref: DestinationRef): string {
  return `${queuePrefix(ref)}:${queueName}:events`
}

/** Of the namespace as a whole: in no destination's slot, so that no script may touch it together with another key. */
export function destinationsKey(namespace: string): string {
  return `${namespace}:destinations`
}

/** As {@link destinationsKey}. */
export function walkerKey(namespace: string): string {
  return `${namespace}:walker`
}

/** Matches every key of every destination of a namespace, configured or not. */
export function anyKeyPattern(namespace: string): string {
  return `${escapeGlob(`{${namespace}:`)}*}:*`
}

/** SCAN takes a glob; braces mean nothing in Redis' globs, but these do. */
export function escapeGlob(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&')
}

/** The destination of a key made here, or undefined. */
export function destinationOf(key: string): string | undefined {
  return /^\{[^:}]+:([^}]*)\}:/.exec(key)?.[1]
}
