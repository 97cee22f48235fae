import {
  deadLetters,
  letterReasons,
  inbox,
  intake,
  results,
  stats,
} from '../../redis/destination-keys.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { callbackKey } from '../../redis/keys.ts'
import { asOptionalText } from '../../redis/reply.ts'
import { defineScript } from '../../redis/script.ts'

export interface BuryInput {
  group: string
  entryId: string
  id: string
  /** The id as given, where it is kept for something else: the letter lies under the fallback. */
  reservedId?: string | undefined
  fallbackId: string
  reason: 'invalid' | 'expired'
  code: string
  message: string
  raw: Buffer | string
  /** The field that `raw` is of. Missing: `intent`, or it is all fields together. */
  rawField?: string | undefined
  /** Missing: it is text. */
  rawEncoding?: 'base64' | undefined
  /** Bytes of what was sent, where `raw` is only its beginning. */
  rawLength?: number | undefined
  /** Of what was sent, in hex, where `raw` is only its beginning. */
  rawSha1?: string | undefined
  /** The dead letter that the entry says it was redriven from. */
  redriveOf?: string | undefined
  /** Of what was submitted, if it can be read. */
  callId?: string | undefined
  now: string
  nowMs: number
  retentionMs: number
}

interface Placed extends BuryInput {
  givenId: string
  isReserved: boolean
  redriveOf: string
}

const buryPlaced = defineScript<Placed, string | undefined>({
  name: 'bury',
  beside: import.meta.url,
  keys: {
    callback: (ref, { givenId }) => callbackKey(ref, givenId),
    fallback: (ref, { fallbackId }) => callbackKey(ref, fallbackId),
    inbox,
    deadLetters,
    letterReasons,
    results,
    stats,
    intake,
    redriven: (ref, { redriveOf }) => callbackKey(ref, redriveOf),
  },
  args: [
    'group',
    'entryId',
    'givenId',
    'fallbackId',
    'isReserved',
    'reason',
    'code',
    'message',
    'raw',
    'rawField',
    'rawEncoding',
    'rawLength',
    'rawSha1',
    'callId',
    'redriveOf',
    'now',
    'nowMs',
    'retentionMs',
  ],
  decode: asOptionalText,
})

/** The id the dead letter lies under; undefined if the entry had been dealt with before. */
export function bury(store: DestinationStore, input: BuryInput): Promise<string | undefined> {
  const { id, reservedId, fallbackId, redriveOf } = input
  return buryPlaced(store, {
    ...input,
    givenId: reservedId ?? id,
    isReserved: reservedId !== undefined,
    redriveOf: redriveOf ?? fallbackId,
  })
}
