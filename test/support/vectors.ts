import { z } from 'zod'

import { readSealKeys } from '../../src/shared/sealing/seal-keys.ts'
import { createUnseal, type Unseal } from '../../src/shared/sealing/unseal.ts'
import type { Sealing } from '../../src/worker/sealing/sealing.ts'
import { readRepositoryFile } from './wire-protocol-page.ts'

const problems = z.array(z.strictObject({ field: z.string(), message: z.string() }))

const given = { name: z.string(), text: z.string().optional(), base64: z.string().optional() }

const intentVector = z.strictObject({
  ...given,
  intent: z.unknown().optional(),
  accepted: z.strictObject({ id: z.string(), canonical: z.string() }).optional(),
  refused: z
    .strictObject({
      id: z.string().optional(),
      submittedId: z.string().optional(),
      code: z.literal('invalid-intent'),
      problems,
    })
    .optional(),
  beyondSchema: z.literal(true).optional(),
})

const wishVector = z.strictObject({
  ...given,
  kind: z.enum(['cancel', 'reschedule']),
  wish: z.unknown().optional(),
  accepted: z
    .strictObject({
      wanted: z.looseObject({
        kind: z.enum(['id', 'call', 'number']),
        callId: z.string().optional(),
        callbackNumber: z.string().optional(),
      }),
      time: z
        .strictObject({ delay: z.number().optional(), notBefore: z.string().optional() })
        .optional(),
      by: z.string().optional(),
      reason: z.string().optional(),
    })
    .optional(),
  refused: z
    .strictObject({ code: z.enum(['invalid-cancel', 'invalid-reschedule']), problems })
    .optional(),
  beyondSchema: z.literal(true).optional(),
})

const derivedId = z.strictObject({
  name: z.string(),
  callId: z.string(),
  callbackNumber: z.string(),
  scheduledRoutingDateTime: z.string().nullable(),
  text: z.string(),
  sha256: z.string(),
  id: z.string(),
})

const partition = z.strictObject({
  name: z.string(),
  id: z.string(),
  /** In hex. */
  crc32: z.string(),
  /** By how many there are, which of them it is. */
  partitions: z.record(z.string(), z.number()),
})

const sealedNumber = z.strictObject({
  name: z.string(),
  sealed: z.string(),
  /** Of the intent that it stands in, where that matters. */
  id: z.string().optional(),
  /** It stands in a cancel. */
  wish: z.literal(true).optional(),
  /** Where the destination demands that it was sealed for its intent. */
  bound: z.literal(true).optional(),
  number: z.string().optional(),
  code: z
    .enum([
      'unknown-seal-key',
      'broken-seal',
      'invalid-intent',
      'seal-of-another',
      'binding-required',
    ])
    .optional(),
})

const sealedFile = z.strictObject({
  v: z.literal(1),
  keys: z.array(z.unknown()),
  vectors: z.array(sealedNumber),
})

export type IntentVector = z.output<typeof intentVector>
export type WishVector = z.output<typeof wishVector>

export const intentVectors = vectorsOf('intents', intentVector)
export const wishVectors = vectorsOf('wishes', wishVector)
export const derivedIdVectors = vectorsOf('derived-ids', derivedId)
export const partitionVectors = vectorsOf('partitions', partition)

const sealed = sealedFile.parse(JSON.parse(readRepositoryFile('vectors/sealed-numbers.json')))
export const sealedVectors = sealed.vectors

/** Whose keys everybody knows. */
function unsealVectors(): Unseal {
  const reading = readSealKeys(JSON.stringify({ keys: sealed.keys }))
  if (reading.kind === 'problem') throw new Error(reading.message)
  return createUnseal(() => reading.keys)
}

function vectorsOf<Vector extends z.ZodType>(name: string, vector: Vector): z.output<Vector>[] {
  const file = z.strictObject({ v: z.literal(1), vectors: z.array(vector) })
  return file.parse(JSON.parse(readRepositoryFile(`vectors/${name}.json`))).vectors
}

/** What a worker with these keys makes of a sealed number. */
export function sealingOfVectors({ bound = false }: { bound?: boolean | undefined } = {}): Sealing {
  return { unseal: unsealVectors(), required: false, bound }
}

/** What lies in the inbox of such a vector. */
export function bytesOf(vector: {
  text?: string | undefined
  base64?: string | undefined
  intent?: unknown
  wish?: unknown
}): Buffer {
  if (vector.base64 !== undefined) return Buffer.from(vector.base64, 'base64')
  return Buffer.from(vector.text ?? JSON.stringify(vector.intent ?? vector.wish))
}
