import type { ParsedIntent } from '../../../../src/shared/contract/intent.ts'
import { parseIntent, type Intent } from '../../../../src/shared/contract/intent.ts'

/** The number of Salesforce's API page. No message may repeat it. */
export const callbackNumber = '+18445791189'

/** The two fields that every intent has to have. */
export const least = { callId: '89328b83-ff42-4c85-a2af-e948124365de', callbackNumber }

/** The canonical intent of an input that is expected to be valid. */
export function intentOf(input: unknown): Intent {
  return accepted(parseIntent(input)).intent
}

export function accepted(parsed: ParsedIntent) {
  if (parsed.kind === 'ok') return parsed
  throw new Error(`is not a valid intent: ${JSON.stringify(parsed.problems)}`)
}
