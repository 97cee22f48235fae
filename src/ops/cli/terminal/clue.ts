import { InvalidArgumentError } from 'commander'

import { callIdProblem } from '../../../shared/contract/call-id-problem.ts'
import { canonicalCallId, isRecordId } from '../../../shared/contract/salesforce-id.ts'
import { phoneProblem } from '../../../shared/phone/phone-problem.ts'

// What is known of a callback, as an option gives it.

export function callbackNumber(text: string): string {
  const problem = phoneProblem(text)
  if (problem === undefined) return text
  throw new InvalidArgumentError(`It ${problem}.`)
}

/** In its canonical form: those of 15 and of 18 characters are one. */
export function callId(text: string): string {
  const problem = callIdProblem(text)
  if (problem === undefined) return canonicalCallId(text)
  throw new InvalidArgumentError(`It ${problem}.`)
}

export function recordId(text: string): string {
  if (isRecordId(text)) return text
  throw new InvalidArgumentError('A ContactRequest’s id has 15 or 18 letters and digits.')
}
