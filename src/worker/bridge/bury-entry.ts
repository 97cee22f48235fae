import { isUtf8 } from 'node:buffer'

import { entryDeadLetterId } from '../../shared/contract/ids.ts'
import { decodeJson } from '../../shared/contract/decode-intent.ts'
import type { WrittenWish } from '../../shared/contract/decode-wish.ts'
import { idsOf, readableCallId } from '../../shared/contract/intent.ts'
import type { TooLarge } from '../../shared/store/inbox/entry.ts'
import { bridgeGroup, type InboxEntry } from '../../shared/store/inbox/inbox.ts'
import type { DestinationStore } from '../../shared/redis/destination-store.ts'
import { bury, type BuryInput } from '../../shared/store/dead-letters/bury.ts'
import type { Observer } from '../../shared/telemetry/events.ts'
import type { Clock } from '../../shared/time/clock.ts'
import { isoTimestamp } from '../../shared/time/timestamp.ts'

/** Why an entry becomes a dead letter instead of a callback. */
export interface Rejection {
  id: string
  /** The id as given, where no dead letter may lie under it. */
  reservedId?: string | undefined
  reason: 'invalid' | 'expired'
  code: string
  message: string
}

export interface BuryContext {
  store: DestinationStore
  clock: Clock
  observe: Observer
  retentionMs: number
}

/** Nothing that was sent to us is thrown away: what cannot become a callback becomes a dead letter that says why. */
export async function buryEntry(
  { store, clock, observe, retentionMs }: BuryContext,
  entry: InboxEntry,
  { id, reservedId, reason, code, message }: Rejection,
): Promise<void> {
  const { entryId } = entry
  const nowMs = clock.now()
  const buriedAs = await bury(store, {
    group: bridgeGroup,
    entryId,
    id,
    reservedId,
    fallbackId: entryDeadLetterId(entryId),
    reason,
    code,
    message,
    ...rawOf(entry),
    redriveOf: entry.redriveOf,
    callId: callIdOf(entry),
    now: isoTimestamp(nowMs),
    nowMs,
    retentionMs,
  })
  if (buriedAs === undefined) return
  const { destination } = store.ref
  observe({ event: 'entry.buried', destination, id: buriedAs, entryId, reason, code, message })
}

/** Where the letter of a wish lies: under the id of the callback that it is about, if nothing lies there. */
export function idsOfWish(
  { json, kind }: WrittenWish,
  { entryId }: InboxEntry,
): Pick<Rejection, 'id' | 'reservedId'> {
  const decoded = decodeJson(json, kind)
  const { id = entryDeadLetterId(entryId), ...ids } =
    decoded.kind === 'ok' ? idsOf(decoded.value) : decoded
  return { id, reservedId: ids.reservedId }
}

type Raw = Pick<BuryInput, 'raw' | 'rawField' | 'rawEncoding' | 'rawLength' | 'rawSha1'>

/** What was sent, as text: clients in most languages can read nothing else. */
function rawOf({ intent, wish, fields, tooLarge }: InboxEntry): Raw {
  if (tooLarge !== undefined) return beginningOf(tooLarge)
  if (wish !== undefined) return { ...encoded(Buffer.from(wish.json)), rawField: wish.kind }
  if (intent === undefined) {
    return { raw: JSON.stringify(fields.map(asText)), rawEncoding: undefined }
  }
  return encoded(intent)
}

function beginningOf({ beginning, length, sha1 }: TooLarge): Raw {
  return { ...encoded(withoutHalfCharacter(beginning)), rawLength: length, rawSha1: sha1 }
}

/** Text that was cut off within its last character would count as no text. */
function withoutHalfCharacter(bytes: Buffer): Buffer {
  const ends = [0, 1, 2, 3].map((missing) => bytes.subarray(0, bytes.length - missing))
  return ends.find((each) => isUtf8(each)) ?? bytes
}

function encoded(bytes: Buffer): Raw {
  return isUtf8(bytes)
    ? { raw: bytes, rawEncoding: undefined }
    : { raw: bytes.toString('base64'), rawEncoding: 'base64' }
}

/** Bytes that are not text are kept too, in a form that JSON can carry. */
function asText(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString() : `base64:${bytes.toString('base64')}`
}

/** Of an intent that is wrong elsewhere as well: by it the producer knows which of his calls this was. */
function callIdOf(entry: InboxEntry): string | undefined {
  const { wish } = entry
  const json = wish === undefined ? entry.json() : decodeJson(wish.json, wish.kind)
  return json?.kind === 'ok' ? readableCallId(json.value) : undefined
}
