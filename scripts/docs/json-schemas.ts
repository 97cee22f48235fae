import { z } from 'zod'

import { callbackHash, resultEntry } from '../../src/shared/contract/callback-hash.ts'
import { cancelSchema } from '../../src/shared/contract/cancel-wish.ts'
import { intentSchema } from '../../src/shared/contract/intent.ts'
import { publishedHoldRules } from '../../src/shared/contract/published.ts'
import { rescheduleSchema } from '../../src/shared/contract/reschedule-wish.ts'
import { attemptSchema } from '../../src/shared/store/ledger/attempt-record.ts'

type JsonSchema = Record<string, unknown>

const attemptField = '^attempt:[1-9][0-9]*$'

const wanted = ['id', 'callId', 'callbackNumber'].map((field) => ({ required: [field] }))

const newTime = ['delay', 'notBefore', 'now'].map((field) => ({ required: [field] }))

/** `schema/*.schema.json`: JSON Schema 2020-12 of what programs write to Redis, and read there. */
export const jsonSchemas: readonly { path: string; render: () => string }[] = [
  page('intent', 'An intent, the field `intent` of an inbox entry', {
    ...written(intentSchema),
    ...publishedHoldRules,
  }),
  page('cancel', 'A cancel, the field `cancel` of an inbox entry', {
    ...written(cancelSchema),
    oneOf: wanted,
  }),
  page('reschedule', 'A reschedule, the field `reschedule` of an inbox entry', {
    ...written(rescheduleSchema),
    allOf: [{ oneOf: wanted }, { oneOf: newTime }],
    dependentRequired: publishedHoldRules.dependentRequired,
  }),
  page('callback', 'A callback, as HGETALL gives it', {
    ...written(callbackHash),
    patternProperties: {
      [attemptField]: {
        type: 'string',
        contentMediaType: 'application/json',
        contentSchema: { $ref: 'attempt.schema.json' },
      },
    },
  }),
  page('attempt', 'An attempt, the JSON of a field `attempt:<n>` of a callback', {
    ...written(attemptSchema),
  }),
  page('result', 'An entry of the results stream', { ...written(resultEntry) }),
]

function page(name: string, title: string, schema: JsonSchema) {
  const { $schema, ...rest } = schema
  const whole = { $schema, $id: `${name}.schema.json`, title, ...rest }
  return { path: `schema/${name}.schema.json`, render: () => JSON.stringify(whole, null, 2) }
}

/** As it lies in Redis, before anything is made of it. What zod cannot say is in the fields' metadata. */
function written(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', target: 'draft-2020-12' })
}
