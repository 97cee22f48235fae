import { isUtf8 } from 'node:buffer'

import { idsOf, maxIntentBytes, parseIntent, type ParsedIntent } from './intent.ts'
import { safeName, type Problem } from '../errors/problem.ts'
import { keepsAllNames } from './names-kept.ts'
import { repeatedNames } from './repeated-names.ts'

/** Reads an intent as it lies in the inbox: bytes that should be UTF-8 JSON. Never throws, whatever it is given. */
export function decodeIntent(bytes: Uint8Array | undefined): ParsedIntent {
  return intentOf(bytes === undefined ? undefined : decodeJson(bytes))
}

/** The same of what is decoded already. Undefined: there are no bytes. */
export function intentOf(json: DecodedJson | undefined): ParsedIntent {
  if (json === undefined)
    return invalid([{ field: 'intent', message: 'the entry has no field of this name' }])
  return json.kind === 'ok' ? parseIntent(json.value) : json
}

/** To make one takes longer than to decode an intent. */
const utf8 = new TextDecoder()

/** Names in a path, and paths in a message: rubbish may have thousands. */
const maxNamed = 8

export type DecodedJson =
  { kind: 'ok'; value: unknown } | Extract<ParsedIntent, { kind: 'invalid' }>

/** The value that the bytes of an intent, or of another field, stand for, whatever it is, or why they stand for none. */
export function decodeJson(bytes: Uint8Array, field = 'intent'): DecodedJson {
  const wrong = (message: string) => invalid([{ field, message }])
  if (bytes.byteLength > maxIntentBytes) {
    return wrong(`is ${bytes.byteLength} bytes long; the limit is ${maxIntentBytes}`)
  }
  if (!isUtf8(bytes)) return wrong('is not valid UTF-8')
  const text = utf8.decode(bytes)
  const value = parseJson(text)
  if (value === undefined) return wrong('is not JSON')
  const repeated = keepsAllNames(text, value) ? [] : repeatedNames(text)
  if (repeated.length === 0) return { kind: 'ok', value }
  // Of two ids nobody can tell which one is meant.
  const ids = repeated.some((path) => path.length === 1 && path[0] === 'id')
    ? { id: undefined }
    : idsOf(value)
  return { ...invalid(repeated.slice(0, maxNamed).map(repetition)), ...ids }
}

/** Undefined for what is not JSON, which no JSON stands for. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function repetition(path: readonly string[]): Problem {
  return {
    field: path.slice(0, maxNamed).map(safeName).join('.'),
    message: 'is given more than once; it is not clear which one is meant',
  }
}

function invalid(problems: Problem[]): { kind: 'invalid'; id: undefined; problems: Problem[] } {
  return { kind: 'invalid', id: undefined, problems }
}
