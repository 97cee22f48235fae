import { createHash } from 'node:crypto'

/**
 * Ids are chosen by producers in any language, so the alphabet is what every file name, URL and Redis tool takes
 * unquoted. The colon is left out because keys are built with it.
 */
export const idPattern = /^[A-Za-z0-9._-]{1,128}$/
export const maxIdLength = 128

/** Whether a producer may choose this id. Those of {@link entryDeadLetterId} are ours: a dead letter must meet nobody. */
export function isIntentId(id: string): boolean {
  return id.length <= maxIdLength && idPattern.test(id) && !/^inbox-\d+-\d+(?:-\d+)?$/.test(id)
}

/** Ids of {@link deriveId} begin with this, and no others: who could choose one could take the place of another's intent. */
const derivedPrefix = 'auto-'

/** Whether only the intent may have this id from which it is derived. */
export function isDerivedId(id: string): boolean {
  return id.startsWith(derivedPrefix)
}

export interface IdParts {
  callId: string
  callbackNumber: string
  scheduledRoutingDateTime?: string | undefined
}

/**
 * The idempotency key of an intent that names none: the same call, number and wished time always give the same id, so a
 * file imported twice books once. It does not tell apart two wishes that differ in nothing of the three. 132 bits of
 * SHA-256; the number cannot be read back without guessing the call id as well.
 */
export function deriveId({ callId, callbackNumber, scheduledRoutingDateTime }: IdParts): string {
  const text = JSON.stringify([callId, callbackNumber, scheduledRoutingDateTime ?? null])
  return `${derivedPrefix}${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`
}

/** What the queue carries: which callback, and in which of its generations. */
export interface CallbackJob {
  id: string
  generation: number
}

/**
 * BullMQ's job id. The prefix keeps caller's ids such as `wait`, `meta` or `123` away from BullMQ's own keys, which they
 * would overwrite. The generation makes a redriven callback a new job, even while the old one is being cleaned up.
 */
export function jobIdOf(id: string, generation: number): string {
  return `cb-${generation}-${id}`
}

/** The reverse of {@link jobIdOf}. A job that is not ours names a callback that nobody knows. */
export function callbackOf(jobId: string | undefined): CallbackJob {
  const [, generation = '0', id = ''] = /^cb-(\d+)-(.+)$/.exec(jobId ?? '') ?? []
  return { id, generation: Number(generation) }
}

/** The dead letter's id of an inbox entry that has no usable id of its own. */
export function entryDeadLetterId(entryId: string): string {
  return `inbox-${entryId}`
}
