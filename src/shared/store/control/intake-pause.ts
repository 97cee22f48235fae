import type { Redis } from '../../redis/connection.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { controlKey } from '../../redis/keys.ts'
import { redisErrorKind } from '../../redis/redis-errors.ts'
import { readServerTimeMs } from '../server/server-time.ts'

/** Somebody has said that a destination takes nothing in. Times are epoch ms, Redis' own. */
export interface IntakePause {
  sinceMs: number
  /** Undefined: until somebody resumes. */
  untilMs: number | undefined
  by: string | undefined
  why: string | undefined
}

/**
 * What the control record says, whether it is over or not. A user that may not read it, as producers of before could not,
 * is answered as if nobody had said anything: a right that is missing must not cost a promise.
 */
export async function readIntakePause({
  redis,
  ref,
}: DestinationStore): Promise<IntakePause | undefined> {
  const fields = await unlessForbidden(
    redis.hmget(
      controlKey(ref),
      ...['intakePausedAt', 'intakePausedUntil', 'intakePausedBy', 'intakePausedReason'],
    ),
    [],
  )
  return decodeIntakePause(fields.map((field) => field ?? undefined))
}

/** Since, until, by and why. */
export function decodeIntakePause(
  fields: readonly (string | undefined)[],
): IntakePause | undefined {
  const [since, until, by, why] = fields
  if (since === undefined) return undefined
  const untilMs = until === undefined ? undefined : Number(until)
  return { sinceMs: Number(since), untilMs, by, why }
}

/** Undefined where the user may not ask for it. */
export function readTimeIfAllowed(redis: Redis): Promise<number | undefined> {
  return unlessForbidden<number | undefined>(readServerTimeMs(redis), undefined)
}

async function unlessForbidden<Reply>(asked: Promise<Reply>, otherwise: Reply): Promise<Reply> {
  try {
    return await asked
  } catch (error) {
    if (redisErrorKind(error) !== 'forbidden') throw error
    return otherwise
  }
}
