import type { Redis } from '../../redis/connection.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { controlKey } from '../../redis/keys.ts'
import { redisErrorKind } from '../../redis/redis-errors.ts'
import { decodePartitions } from '../partitions/read-partitions.ts'
import { readServerTimeMs } from '../server/server-time.ts'

/** Somebody has said that a destination takes nothing in. Times are epoch ms, Redis' own. */
export interface IntakePause {
  sinceMs: number
  /** Undefined: until somebody resumes. */
  untilMs: number | undefined
  by: string | undefined
  why: string | undefined
}

/** What whoever submits has to know of a destination. */
export interface Intake {
  pause: IntakePause | undefined
  partitions: number
}

/**
 * What the control record says, whether a pause is over or not. A user that may not read it, as producers of before could not,
 * is answered as if nobody had said anything: a right that is missing must not cost a promise.
 */
export async function readIntake({ redis, ref }: DestinationStore): Promise<Intake> {
  const fields = await unlessForbidden(
    redis.hmget(
      controlKey(ref),
      ...['intakePausedAt', 'intakePausedUntil', 'intakePausedBy', 'intakePausedReason'],
      'partitions',
    ),
    [],
  )
  const [since, until, by, why, partitions] = fields.map((field) => field ?? undefined)
  return {
    pause: decodeIntakePause([since, until, by, why]),
    partitions: decodePartitions(partitions),
  }
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
