import { z } from 'zod'

import { safeName, type Problem } from '../errors/problem.ts'
import { unseenCharacterInProse } from '../text/invisible.ts'
import { idPattern, longestId } from './ids.ts'

/** What somebody sends who no longer wants a callback: `{"id": "call-42", "reason": "reached by mail", "by": "crm"}`. */
export interface CancelRequest {
  id: string
  /** Why, in a few words. */
  reason?: string | undefined
  /** Who: a person or a system. */
  by?: string | undefined
}

export type ParsedCancelRequest =
  { kind: 'ok'; request: CancelRequest } | { kind: 'invalid'; problems: Problem[] }

const longest = { reason: 200, by: 64 }

const idRule = `must be a string of 1 to ${longestId} characters of A-Z a-z 0-9 . _ -`

const words = (most: number) => {
  const rule = `must be a string of 1 to ${most} characters that can be seen`
  return z
    .string({ error: rule })
    .refine((text) => text !== '' && text.length <= most && isSeen(text), { error: rule })
    .optional()
}

const schema = z.strictObject(
  {
    id: z
      .string({ error: ({ input }) => (input === undefined ? 'is required' : idRule) })
      .refine((id) => id.length <= longestId && idPattern.test(id), { error: idRule }),
    reason: words(longest.reason),
    by: words(longest.by),
  },
  { error: ({ code }) => (code === 'invalid_type' ? 'must be a JSON object' : undefined) },
)

/** Never throws, whatever it is given. */
export function parseCancelRequest(value: unknown): ParsedCancelRequest {
  const parsed = schema.safeParse(value)
  if (parsed.success) return { kind: 'ok', request: parsed.data }
  return { kind: 'invalid', problems: parsed.error.issues.flatMap(problemsOf) }
}

function problemsOf(issue: z.core.$ZodIssue): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    const message = 'is not a field of a cancellation'
    return issue.keys.map((key) => ({ field: safeName(key), message }))
  }
  const [top] = issue.path
  return [{ field: top === undefined ? 'cancel' : String(top), message: issue.message }]
}

function isSeen(text: string): boolean {
  return text.trim() !== '' && unseenCharacterInProse(text) === undefined
}
