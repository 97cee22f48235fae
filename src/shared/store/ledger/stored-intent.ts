import { z } from 'zod'

import type { Intent } from '../../contract/intent.ts'
import { isCallbackNumber } from '../../phone/phone-problem.ts'
import { isSealed } from '../../phone/sealed-number.ts'
import { safeName } from '../../errors/problem.ts'
import { RingbackError } from '../../errors/errors.ts'
import { epochMsOf } from '../../time/timestamp.ts'

const time = z.string().refine((text) => !Number.isNaN(epochMsOf(text)))

/**
 * The canonical form, and no rule of what may be submitted: those grow stricter, and what an older version accepted is a
 * promise all the same. What would be dialled and compared is checked. Strict: a newer version's wish is not dropped.
 */
const schema: z.ZodType<Intent> = z.strictObject({
  id: z.string(),
  callId: z.string(),
  callbackNumber: z.string().refine(isNumber),
  isPreviewCallback: z.literal(true).exactOptional(),
  scheduledRoutingDateTime: time.exactOptional(),
  delay: z.number().exactOptional(),
  notBefore: time.exactOptional(),
  expiresAt: time.exactOptional(),
  priority: z.int().min(0).max(9).exactOptional(),
  requestedAt: time.exactOptional(),
  // Not z.record, which leaves out a name `__proto__` without a word.
  attributes: z.custom<Record<string, string>>(isTexts).exactOptional(),
})

/** The ledger's own canonical JSON. One that does not parse was written by a newer version, or by another hand. */
export function decodeStoredIntent(json: string): Intent {
  const parsed = schema.safeParse(parseJson(json))
  if (parsed.success) return parsed.data
  const fields = new Set(parsed.error.issues.flatMap(fieldsOf))
  const message = `The ledger holds an intent that this version cannot read (${[...fields].join(', ')}).`
  throw new RingbackError('unknown-record', message)
}

/** What is sealed is looked into where it is unsealed. */
function isNumber(text: string): boolean {
  return isCallbackNumber(text) || isSealed(text)
}

function fieldsOf(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map(safeName)
  return [issue.path.length === 0 ? 'intent' : String(issue.path[0])]
}

function isTexts(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.values(value).every((text) => typeof text === 'string')
}

/** Without what JSON.parse says: it quotes the text, and with it a customer's number. */
function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    throw new RingbackError('unknown-record', 'The ledger holds an intent that is not JSON.')
  }
}
