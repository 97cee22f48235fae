import { isUtf8 } from 'node:buffer'

import { maxIntentBytes, parseIntent, type ParsedIntent } from './intent.ts'
import type { Problem } from './problem.ts'

/** Reads an intent as it lies in the inbox: bytes that should be UTF-8 JSON. Never throws, whatever it is given. */
export function decodeIntent(bytes: Uint8Array | undefined): ParsedIntent {
  if (bytes === undefined) return invalid('the entry has no field of this name')
  const json = decodeJson(bytes)
  return json.kind === 'ok'
    ? parseIntent(json.value)
    : { kind: 'invalid', id: undefined, problems: [json.problem] }
}

export type DecodedJson = { kind: 'ok'; value: unknown } | { kind: 'problem'; problem: Problem }

/** The value that the bytes of an intent stand for, whatever it is, or why they stand for none. */
export function decodeJson(bytes: Uint8Array): DecodedJson {
  if (bytes.byteLength > maxIntentBytes) {
    return problem(`is ${bytes.byteLength} bytes long; ${maxIntentBytes} is the most`)
  }
  if (!isUtf8(bytes)) return problem('is not valid UTF-8')
  try {
    return { kind: 'ok', value: JSON.parse(new TextDecoder().decode(bytes)) }
  } catch {
    return problem('is not JSON')
  }
}

function problem(message: string): { kind: 'problem'; problem: Problem } {
  return { kind: 'problem', problem: { field: 'intent', message } }
}

function invalid(message: string): ParsedIntent {
  return { kind: 'invalid', id: undefined, problems: [{ field: 'intent', message }] }
}
