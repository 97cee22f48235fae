import { createHmac } from 'node:crypto'

import type { Intent } from '../../contract/intent.ts'
import { isSealed } from '../../phone/sealed-number.ts'

/** With what HMACs stand for numbers and calls. */
export interface NumberKey {
  readonly secret: string
  /** Tells it from other keys, and nothing else of it. Never the whole of it goes anywhere. */
  readonly print: string
  /** The same in a few bits, for a ledger: whether it was placed by this key. */
  readonly mark: number
}

/** One place of an index: a callback lies there with all others of the same call, or of the same number. */
export interface Place {
  bucket: string
  score: number
}

/** Where a callback is found by its call and by its number, as scripts take it. */
export interface Places {
  callBucket: string
  callScore: number
  numberBucket: string
  numberScore: number
  keyMark: number
  /** Where the number is sealed: what stands for it in comparisons. */
  numberPrint: string | undefined
}

export function numberKeyOf(secret: string): NumberKey {
  const digest = createHmac('sha256', secret).update('print').digest()
  return {
    secret,
    print: digest.subarray(0, 9).toString('base64url'),
    // What a listpack keeps in one byte.
    mark: (digest[9] ?? 0) % 128,
  }
}

/** Of a call in its canonical form. */
export function placeOfCall(key: NumberKey, callId: string): Place {
  return placeOf(key, `call:${callId}`)
}

/** Of a number in E.164. */
export function placeOfNumber(key: NumberKey, callbackNumber: string): Place {
  return placeOf(key, `number:${callbackNumber}`)
}

/** `clearNumber`: what was sealed. */
export function placesOf(
  key: NumberKey,
  { callId, callbackNumber }: Pick<Intent, 'callId' | 'callbackNumber'>,
  clearNumber = callbackNumber,
): Places {
  const call = placeOfCall(key, callId)
  const number = placeOfNumber(key, clearNumber)
  return {
    callBucket: call.bucket,
    callScore: call.score,
    numberBucket: number.bucket,
    numberScore: number.score,
    keyMark: key.mark,
    numberPrint: isSealed(callbackNumber) ? numberPrintOf(key, clearNumber) : undefined,
  }
}

/**
 * Stands for a number wherever sealed ones are compared: whoever has the key can tell whether two are the same, and without it
 * nobody can try numbers out. As long as nobody finds two that share one.
 */
export function numberPrintOf({ secret }: NumberKey, number: string): string {
  const digest = createHmac('sha256', secret).update(`sealed:${number}`).digest()
  return digest.subarray(0, 18).toString('base64url')
}

/**
 * Of a million callbacks about sixty share a bucket, which Redis then keeps in one piece (`zset-max-listpack-entries`, 128):
 * 64 bytes a callback for both indexes, where a key for each takes 390. A score of 24 bits costs four of them.
 *
 * 38 bits of an HMAC: two numbers in a hundred thousand million share them. Whoever looks something up compares what he finds.
 */
function placeOf({ secret }: NumberKey, of: string): Place {
  // As text: to make a Buffer of it takes as long as the HMAC itself.
  const digest = createHmac('sha256', secret).update(of).digest('hex')
  const bucket = Number.parseInt(digest.slice(0, 4), 16) >> 2
  const score = Number.parseInt(digest.slice(4, 10), 16)
  return {
    bucket: bucket.toString(16).padStart(4, '0'),
    score: score < 0x80_00_00 ? score : score - 0x1_00_00_00,
  }
}

/** As places.lua has written it: a UUID in 16 bytes, behind what no id begins with. */
export function unpackId(bytes: Buffer): string {
  if (bytes[0] !== '#'.charCodeAt(0)) return bytes.toString()
  const hex = bytes.subarray(1).toString('hex')
  return [[0, 8], [8, 12], [12, 16], [16, 20], [20]]
    .map(([from, to]) => hex.slice(from, to))
    .join('-')
}
