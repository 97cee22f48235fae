import { createHash, randomBytes } from 'node:crypto'

import { z } from 'zod'

import { deadReasons } from '../../contract/states.ts'
import { RingbackError } from '../../errors/errors.ts'

/** A value that is kept nowhere: only whether another is the same can be told. */
const print = z.object({ salt: z.string(), sha256: z.string() })

export type Print = z.infer<typeof print>

const schema = z.object({
  reason: z.enum(deadReasons).exactOptional(),
  code: z.string().exactOptional(),
  /** Part of the message. */
  text: z.string().exactOptional(),
  /** Of a replay: only what ended in this way. */
  state: z.enum(['booked', 'dead']).exactOptional(),
  /** When it ended, epoch ms; `until` is left out of it. */
  sinceMs: z.number().exactOptional(),
  untilMs: z.number().exactOptional(),
  acceptedSinceMs: z.number().exactOptional(),
  acceptedUntilMs: z.number().exactOptional(),
  /** By name. Either may be a customer's. */
  attributes: z.array(z.object({ name: z.string(), value: print })).exactOptional(),
  number: print.exactOptional(),
  /** In place of that, where RINGBACK_NUMBER_KEY is given: an HMAC, by which sealed numbers are told as well. */
  numberPrint: z.string().exactOptional(),
  /** With those that may have been booked. */
  possibleDuplicates: z.boolean(),
  /** Of a replay: Salesforce is asked about each before it is sent. */
  verify: z.literal(true).exactOptional(),
})

/** Which callbacks a run is about. Times are points in time: nothing in it changes as time passes. */
export type RunFilter = z.infer<typeof schema>

export function decodeRunFilter(json: string): RunFilter {
  try {
    return schema.parse(JSON.parse(json))
  } catch {
    throw new RingbackError('unknown-record', 'The filter of a run cannot be read.')
  }
}

export function printOf(value: string): Print {
  const salt = randomBytes(16).toString('hex')
  return { salt, sha256: digest(salt, value) }
}

export function isPrintOf({ salt, sha256 }: Print, value: string): boolean {
  return digest(salt, value) === sha256
}

function digest(salt: string, value: string): string {
  return createHash('sha256').update(salt).update(value).digest('hex')
}
