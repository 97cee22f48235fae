/** `vectors/` and `schema/`, held to what the code does. */
import { createHash } from 'node:crypto'

import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

import { decodeIntent } from '../../../../src/shared/contract/decode-intent.ts'
import { decodeWish } from '../../../../src/shared/contract/decode-wish.ts'
import { deriveId } from '../../../../src/shared/contract/ids.ts'
import { bytesOf, derivedIdVectors, intentVectors, wishVectors } from '../../../support/vectors.ts'
import { readRepositoryFile } from '../../../support/wire-protocol-page.ts'

/** When the wishes of the vectors are said. */
const nowMs = Date.UTC(2026, 1, 26)

const schemas = {
  intent: schemaOf('intent'),
  cancel: schemaOf('cancel'),
  reschedule: schemaOf('reschedule'),
}

function schemaOf(name: string) {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false })
  const schema = z
    .record(z.string(), z.unknown())
    .parse(JSON.parse(readRepositoryFile(`schema/${name}.schema.json`)))
  return ajv.compile(schema)
}

/** What the schema says of the bytes; undefined where they are not JSON, and no schema can be asked. */
function judgedBy(kind: keyof typeof schemas, bytes: Buffer): boolean | undefined {
  try {
    return schemas[kind](JSON.parse(bytes.toString()))
  } catch {
    return undefined
  }
}

describe('an intent of the vectors', () => {
  it.each(intentVectors)('is understood as they say: $name', (vector) => {
    const read = decodeIntent(bytesOf(vector))
    if (read.kind === 'ok') {
      const { id } = read.intent
      expect({ id, canonical: JSON.stringify(read.intent) }).toEqual(vector.accepted)
    } else {
      const { id, reservedId: submittedId, problems } = read
      expect({ id, submittedId, code: 'invalid-intent', problems }).toEqual({
        id: undefined,
        submittedId: undefined,
        ...vector.refused,
      })
    }
  })

  it.each(intentVectors.filter(({ accepted }) => accepted !== undefined))(
    'has a canonical form that is its own: $name',
    ({ accepted }) => {
      const read = decodeIntent(Buffer.from(accepted?.canonical ?? ''))
      expect(read.kind === 'ok' && JSON.stringify(read.intent)).toBe(accepted?.canonical)
    },
  )

  it.each(intentVectors)('is judged by the JSON Schema as they say: $name', (vector) => {
    const judged = judgedBy('intent', bytesOf(vector))
    if (judged === undefined) return
    expect(judged).toBe(vector.accepted !== undefined || vector.beyondSchema === true)
  })
})

describe('a wish of the vectors', () => {
  it.each(wishVectors)('is understood as they say: a $kind $name', (vector) => {
    const { kind } = vector
    const read = decodeWish({ kind, json: bytesOf(vector) }, nowMs)
    if (read.kind === 'ok') {
      const { kind: _, ...understood } = read.value
      expect(JSON.parse(JSON.stringify(understood))).toEqual(vector.accepted)
    } else {
      expect({ code: `invalid-${kind}`, problems: read.problems }).toEqual(vector.refused)
    }
  })

  it.each(wishVectors)('is judged by the JSON Schema as they say: a $kind $name', (vector) => {
    const judged = judgedBy(vector.kind, bytesOf(vector))
    if (judged === undefined) return
    expect(judged).toBe(vector.accepted !== undefined || vector.beyondSchema === true)
  })
})

describe('a derived id of the vectors', () => {
  it.each(derivedIdVectors)('follows from its parts, step by step: $name', (vector) => {
    const { callId, callbackNumber, scheduledRoutingDateTime, text, sha256, id } = vector
    expect(JSON.stringify([callId, callbackNumber, scheduledRoutingDateTime])).toBe(text)
    expect(createHash('sha256').update(text).digest('hex')).toBe(sha256)
    expect(Buffer.from(sha256, 'hex').toString('base64url').startsWith(id.slice(5))).toBe(true)
    expect(
      deriveId({
        callId,
        callbackNumber,
        scheduledRoutingDateTime: scheduledRoutingDateTime ?? undefined,
      }),
    ).toBe(id)
  })
})
