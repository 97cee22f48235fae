import { z } from 'zod'

import { safeName, type Problem } from '../errors/problem.ts'
import { callIdProblem } from './call-id-problem.ts'
import { idPattern } from './ids.ts'
import { judged, wrongType } from './judged-field.ts'
import { numberProblem } from './number-problem.ts'
import { publishedCallId, publishedId, publishedNumber, publishedText } from './published.ts'
import { canonicalCallId } from './salesforce-id.ts'
import { whoProblem, whyProblem } from './who-and-why.ts'

/** What may be wanted of callbacks that are promised already: an entry of the inbox has a field of this name. */
export const wishKinds = ['cancel', 'reschedule'] as const

export type WishKind = (typeof wishKinds)[number]

/** Which callbacks are meant. */
export type Wanted =
  | { kind: 'id'; id: string }
  /** All of this call, in its canonical form. */
  | { kind: 'call'; callId: string }
  /** All of this number: E.164, or sealed. */
  | { kind: 'number'; callbackNumber: string }

/** Who wants it and why, as they say. */
export interface WhoAndWhy {
  by: string | undefined
  reason: string | undefined
}

export type Parsed<Value> =
  { kind: 'ok'; value: Value } | { kind: 'invalid'; problems: readonly Problem[] }

const idRule = 'must be 1 to 128 characters of A-Z a-z 0-9 . _ -'

/** What every wish has. */
export const wishFields = {
  v: z.literal(1, { error: wrongType('must be 1, the only version there is') }).optional(),
  id: judged(wrongType(idRule), (id) => (idPattern.test(id) ? undefined : idRule), {
    ...publishedId,
    description: 'The callback of this id.',
  }).optional(),
  callId: judged(wrongType('must be a string: the id of a call'), callIdProblem, {
    ...publishedCallId,
    description: 'All callbacks of this call.',
  }).optional(),
  callbackNumber: judged(wrongType('must be a string: E.164, with its +'), numberProblem, {
    ...publishedNumber,
    description: 'All callbacks of this number: E.164, or that, sealed.',
  }).optional(),
  by: judged(
    wrongType('must be a string: who wants it'),
    whoProblem,
    publishedText('Who wants it.', 64),
  ).optional(),
  reason: judged(
    wrongType('must be a string: why'),
    whyProblem,
    publishedText('Why.', 200),
  ).optional(),
}

interface WantedFields {
  id?: string | undefined
  callId?: string | undefined
  callbackNumber?: string | undefined
}

/** Of fields that the schema has found readable. Exactly one is to be given. */
export function wantedOf(fields: WantedFields, problems: Problem[]): Wanted {
  const { id, callId, callbackNumber } = fields
  const wanted: Wanted[] = []
  if (id !== undefined) wanted.push({ kind: 'id', id })
  if (callId !== undefined) wanted.push({ kind: 'call', callId: canonicalCallId(callId) })
  if (callbackNumber !== undefined) wanted.push({ kind: 'number', callbackNumber })
  const [only, ...others] = wanted
  if (only !== undefined && others.length === 0) return only
  problems.push({ field: 'id', message: 'give exactly one of id, callId and callbackNumber' })
  return { kind: 'id', id: '' }
}

export function problemsOfWish(kind: WishKind, { issues }: z.ZodError): Problem[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      const message = `is not a field of a ${kind}`
      return issue.keys.map((key) => ({ field: safeName(key), message }))
    }
    const [top] = issue.path
    const isWhole = top === undefined
    const message = isWhole ? 'must be a JSON object' : issue.message
    return [{ field: isWhole ? kind : String(top), message }]
  })
}
