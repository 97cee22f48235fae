import { states, type State } from '../../contract/states.ts'
import type { Redis } from '../../redis/connection.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { callbackKey } from '../../redis/keys.ts'
import { asOneOf } from '../../redis/reply.ts'
import { maxRawBytes, textOfRaw } from '../ledger/raw.ts'

/** What a callback's hash holds that may be a customer's, byte for byte. */
export interface KeptContent {
  state: State
  submittedId: string
  intent: Buffer | undefined
  /** What was sent, where it was not an intent. */
  raw: Buffer | undefined
  /** The same, decoded where the ledger has encoded it. */
  sent: Buffer | undefined
  /** Bytes of it, where it is too large to be read: an older version kept whatever was sent. */
  unreadBytes: number | undefined
  recordIds: string[]
  /** Of the inbox entry that it came by. */
  entryId: string | undefined
  /** The run that has sent it. */
  runId: string | undefined
  /** What stands for its number, where that is sealed, and by which key. */
  numberPrint: string | undefined
  placed: string | undefined
}

const fields = [
  'state',
  'intent',
  'recordId',
  'otherRecordIds',
  'entry',
  'rawEncoding',
  'submittedId',
  'runId',
  'numberPrint',
  'placed',
]

/** `undefined`: there is no such callback. */
export async function readKeptContent(
  { redis, ref }: DestinationStore,
  id: string,
): Promise<KeptContent | undefined> {
  const key = callbackKey(ref, id)
  const [values, { raw, unreadBytes }] = await Promise.all([
    redis.hmgetBuffer(key, ...fields),
    readRaw(redis, key),
  ])
  const [state, intent, recordId, others, entry, encoding, submittedId, runId, ...seal] = values
  const [numberPrint, placed] = seal
  if (!state) return undefined
  return {
    state: asOneOf(state.toString(), states),
    submittedId: submittedId?.toString() ?? '',
    intent: intent ?? undefined,
    raw,
    sent: raw && sentBytes(raw, encoding?.toString()),
    unreadBytes,
    recordIds: [recordId, others].flatMap((ids) => ids?.toString().trim().split(' ') ?? []),
    entryId: entry?.toString(),
    runId: runId?.toString(),
    numberPrint: numberPrint?.toString(),
    placed: placed?.toString(),
  }
}

/** Measured first. */
async function readRaw(
  redis: Redis,
  key: string,
): Promise<{ raw: Buffer | undefined; unreadBytes: number | undefined }> {
  const bytes = await redis.hstrlen(key, 'raw')
  if (bytes > maxRawBytes) return { raw: undefined, unreadBytes: bytes }
  const raw = bytes === 0 ? null : await redis.hgetBuffer(key, 'raw')
  return { raw: raw ?? undefined, unreadBytes: undefined }
}

function sentBytes(raw: Buffer, encoding: string | undefined): Buffer {
  const rawEncoding = encoding === 'base64' ? encoding : undefined
  return Buffer.from(textOfRaw({ raw: raw.toString(), rawEncoding }))
}
