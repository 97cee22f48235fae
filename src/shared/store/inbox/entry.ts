import { createHash } from 'node:crypto'

import { decodeJson, intentOf, type DecodedJson } from '../../contract/decode-intent.ts'
import type { WrittenWish } from '../../contract/decode-wish.ts'
import { idPattern } from '../../contract/ids.ts'
import type { ParsedIntent } from '../../contract/intent.ts'
import { wishKinds } from '../../contract/wish.ts'
import { entryLimits } from './limits.ts'

/** One entry as it lies in the stream: bytes, because a producer in any language may have put anything there. */
export interface InboxEntry {
  /** `<epoch ms>-<n>`, given by Redis when it took the entry. */
  entryId: string
  /** The field `intent`, if there is exactly one: of several nobody can tell which one is meant. */
  intent: Buffer | undefined
  /** The dead letter whose content this is, redriven: so the entry says, whoever wrote it. */
  redriveOf: string | undefined
  /** Its id in the inbox of another partition, which has handed it over: so the entry says, whoever wrote it. */
  handedOver: string | undefined
  /** How many fields `intent` there are. */
  intents: number
  /** The field `cancel` or `reschedule` of an entry without an intent, if there is exactly one of them. */
  wish: WrittenWish | undefined
  /** How many such fields there are; none counts beside an intent. */
  wishes: number
  /** All fields and values in turn. */
  fields: readonly Buffer[]
  /** Of an entry that is larger than any that is read; all of the above is then as if it held nothing. */
  tooLarge: TooLarge | undefined
  /** What the intent is as JSON, decoded when it is first asked for. Undefined: there is no intent. */
  json(): DecodedJson | undefined
  /** The same as an intent. */
  parsed(): ParsedIntent
}

/** What is known, and kept, of an entry that is too large. */
export interface TooLarge {
  /** Of all names and values together. */
  bytes: number
  fields: number
  /** Bytes of its content: the value of its only field if that is `intent`, else all names and values, one after the other. */
  length: number
  /** The first bytes of the content. */
  beginning: Buffer
  /** Of the content, in hex. Undefined where hashing it would hold up Redis. */
  sha1: string | undefined
}

/** Measured first: what is too large is not looked into. `values` are names and values in turn. */
export function entryOf(entryId: string, values: readonly Buffer[]): InboxEntry {
  const bytes = values.reduce((sum, value) => sum + value.length, 0)
  const fields = values.length / 2
  if (bytes <= entryLimits.bytes && fields <= entryLimits.fields) return wholeEntry(entryId, values)
  const content = contentOf(values)
  return tooLargeEntry(entryId, {
    bytes,
    fields,
    length: content.length,
    beginning: content.subarray(0, entryLimits.keptBytes),
    sha1: createHash('sha1').update(content).digest('hex'),
  })
}

function contentOf(values: readonly Buffer[]): Buffer {
  const [name, value] = values
  const isOnlyIntent = values.length === 2 && name?.equals(intentName) === true
  return isOnlyIntent && value !== undefined ? value : Buffer.concat(values)
}

export function tooLargeEntry(entryId: string, measured: TooLarge): InboxEntry {
  const { bytes, fields, length, beginning, sha1 } = measured
  return { ...wholeEntry(entryId, []), tooLarge: { bytes, fields, length, beginning, sha1 } }
}

function wholeEntry(entryId: string, fields: readonly Buffer[]): InboxEntry {
  const intents = valuesOf(intentName, fields)
  const intent = intents.length === 1 ? intents[0] : undefined
  const wishes = intents.length > 0 ? [] : wishesIn(fields)
  const [redriveOf] = valuesOf(redriveOfName, fields)
  const [handedOver] = valuesOf(handedOverName, fields)
  const json = once(() => (intent === undefined ? undefined : decodeJson(intent)))
  return {
    entryId,
    intent,
    redriveOf: redriveOf === undefined ? undefined : usableId(redriveOf),
    handedOver: handedOver === undefined ? undefined : usableEntryId(handedOver),
    intents: intents.length,
    wish: wishes.length === 1 ? wishes[0] : undefined,
    wishes: wishes.length,
    fields,
    tooLarge: undefined,
    json,
    parsed: once(() => intentOf(json())),
  }
}

const intentName = Buffer.from('intent')
const redriveOfName = Buffer.from('redriveOf')
const handedOverName = Buffer.from('handedOver')

function wishesIn(fields: readonly Buffer[]): WrittenWish[] {
  return wishKinds.flatMap((kind) =>
    valuesOf(Buffer.from(kind), fields).map((json) => ({ kind, json })),
  )
}

/** Names are compared as bytes: one of half a gigabyte is not a string. */
function valuesOf(name: Buffer, fields: readonly Buffer[]): Buffer[] {
  return fields.filter((_, index) => index % 2 === 1 && fields[index - 1]?.equals(name) === true)
}

function usableId(bytes: Buffer): string | undefined {
  const text = bytes.toString()
  return idPattern.test(text) ? text : undefined
}

function usableEntryId(bytes: Buffer): string | undefined {
  const text = bytes.toString()
  return /^\d{1,20}-\d{1,20}$/.test(text) ? text : undefined
}

function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined
  return () => (made ??= { value: make() }).value
}
