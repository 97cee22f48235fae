import { inbox } from '../../redis/destination-keys.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { asList, asText, unexpected } from '../../redis/reply.ts'
import { defineReadingScript } from '../../redis/script.ts'

/** What an entry turned out to be when it was measured. */
export type MeasuredEntry =
  | { kind: 'missing'; entryId: string }
  /** Names and values in turn. */
  | { kind: 'whole'; entryId: string; values: Buffer[] }
  | {
      kind: 'large'
      entryId: string
      bytes: number
      fields: number
      length: number
      beginning: Buffer
      sha1: string | undefined
    }

export interface ReadEntriesInput {
  /** Those with these ids, or the next ones after one. */
  from: readonly string[] | { afterEntryId: string; count: number }
  limits: { bytes: number; fields: number; keptBytes: number; hashedBytes: number }
}

/** About how much one reply holds, so that neither side is long busy with it. */
const bytesAtOnce = 1_048_576

interface Question {
  mostBytes: number
  mostFields: number
  room: number
  keptBytes: number
  hashedBytes: number
  afterId: string | undefined
  mostEntries: number | undefined
  ids: readonly string[]
}

const readMeasured = defineReadingScript<Question, MeasuredEntry[]>({
  name: 'read-entries',
  beside: import.meta.url,
  keys: { inbox },
  args: [
    'mostBytes',
    'mostFields',
    'room',
    'keptBytes',
    'hashedBytes',
    'afterId',
    'mostEntries',
    'ids',
  ],
  decode: (reply) => asList(reply).map((each) => measured(asList(each))),
  isBinary: true,
})

/** The first of the entries asked for; the others may be too much for one reply. */
export function readEntries(
  store: DestinationStore,
  { from, limits }: ReadEntriesInput,
): Promise<MeasuredEntry[]> {
  const { bytes, fields, keptBytes, hashedBytes } = limits
  const bounds = { mostBytes: bytes, mostFields: fields, room: bytesAtOnce, keptBytes, hashedBytes }
  const which =
    'afterEntryId' in from
      ? { afterId: from.afterEntryId, mostEntries: from.count, ids: [] }
      : { afterId: undefined, mostEntries: undefined, ids: from }
  return readMeasured(store, { ...bounds, ...which })
}

function measured([id, kind, ...rest]: unknown[]): MeasuredEntry {
  const entryId = textOf(id)
  switch (textOf(kind)) {
    case 'missing':
      return { kind: 'missing', entryId }
    case 'whole':
      return { kind: 'whole', entryId, values: asList(rest[0]).map(bytesOf) }
    case 'large': {
      const [bytes, fields, length, beginning, sha1] = rest
      return {
        kind: 'large',
        entryId,
        bytes: Number(bytes),
        fields: Number(fields),
        length: Number(length),
        beginning: bytesOf(beginning),
        sha1: textOf(sha1) || undefined,
      }
    }
    default:
      throw unexpected(kind)
  }
}

function textOf(reply: unknown): string {
  return asText(bytesOf(reply).toString())
}

function bytesOf(reply: unknown): Buffer {
  if (!Buffer.isBuffer(reply)) throw unexpected(reply)
  return reply
}
