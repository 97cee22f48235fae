import { blankAtEnd, invisibleCharacter } from '../text/invisible.ts'

export const callIdRule = '1 to 255 visible characters'

/**
 * What is wrong with a call's id. Two that look alike must not be two calls. `.` and `..` are refused because a URL parser
 * would take them as steps in the path; lone surrogates because they cannot be encoded into a URL at all.
 */
export function callIdProblem(callId: string): string | undefined {
  if (callId.length < 1 || callId.length > 255) return `must be ${callIdRule}`
  if (callId === '.' || callId === '..') return 'must not be . or .., which are steps in a path'
  const unseen = invisibleCharacter(callId) ?? blankAtEnd(callId)
  return unseen === undefined ? undefined : `has ${unseen}; remove it`
}
