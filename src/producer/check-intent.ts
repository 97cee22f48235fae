import { debuglog } from 'node:util'

import { timingProblem } from '../shared/contract/due.ts'
import { parseIntent, type ParsedIntent } from '../shared/contract/intent.ts'
import { datesAsText } from './dates-as-text.ts'

const debug = debuglog('ringback')

/** The canonical intent of whatever was submitted, or every problem that it has. */
export function checkIntent(submitted: unknown, nowMs: number): ParsedIntent {
  const { input, problems: ofDates } = datesAsText(submitted)
  const parsed = parseIntent(input)
  if (parsed.kind === 'invalid') {
    return { ...parsed, problems: [...ofDates, ...parsed.problems] }
  }
  const { id } = parsed.intent
  if (ofDates.length > 0) return { kind: 'invalid', id, problems: ofDates }
  const problem = timingProblem(parsed.intent, nowMs)
  if (problem !== undefined) return { kind: 'invalid', id, problems: [problem] }
  if (parsed.traceparentIgnored) {
    debug('%s: its traceparent is not W3C trace context, and was left out', id)
  }
  return parsed
}
