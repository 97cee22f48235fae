import { isUtf8 } from 'node:buffer'

import { entryDeadLetterId } from '../shared/contract/ids.ts'
import { bridgeGroup, entryTimeMs, type InboxEntry } from '../shared/inbox/inbox.ts'
import type { Redis } from '../shared/redis/connection.ts'
import type { Place } from '../shared/redis/keys.ts'
import { bury } from '../shared/redis/scripts.ts'
import { oldestResultId } from '../shared/results/results.ts'
import type { Observer } from '../shared/telemetry/events.ts'
import type { Clock } from '../shared/time/clock.ts'
import { isoTimestamp } from '../shared/time/timestamp.ts'

/** Why an entry becomes a dead letter instead of a callback. */
export interface Burial {
  id: string
  reason: 'invalid' | 'expired'
  code: string
  message: string
}

export interface BurialContext {
  redis: Redis
  place: Place
  clock: Clock
  observe: Observer
  retentionMs: number
}

/** Nothing that was sent to us is thrown away: what cannot become a callback becomes a dead letter that says why. */
export async function buryEntry(
  { redis, place, clock, observe, retentionMs }: BurialContext,
  entry: InboxEntry,
  { id, reason, code, message }: Burial,
): Promise<void> {
  const { entryId } = entry
  const nowMs = clock.now()
  const buriedAs = await bury(redis, {
    place,
    group: bridgeGroup,
    entryId,
    id,
    fallbackId: entryDeadLetterId(entryId),
    reason,
    code,
    message,
    raw: entry.intent ?? Buffer.from(JSON.stringify(entry.fields.map(asText))),
    acceptedAt: isoTimestamp(entryTimeMs(entryId)),
    now: isoTimestamp(nowMs),
    nowMs,
    oldestResult: oldestResultId(nowMs, retentionMs),
  })
  if (buriedAs === undefined) return
  const { destination } = place
  observe({ event: 'entry.buried', destination, id: buriedAs, entryId, reason, code, message })
}

/** Bytes that are no text are kept too, in a form that JSON can carry. */
function asText(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString() : `base64:${bytes.toString('base64')}`
}
