import { debuglog } from 'node:util'

import { timingProblem } from '../shared/contract/due.ts'
import { parseIntent, type Intent } from '../shared/contract/intent.ts'
import { describeProblems, type Problem } from '../shared/contract/problem.ts'
import { RingbackError } from '../shared/errors/errors.ts'

const debug = debuglog('ringback')

/** The canonical intent of whatever was submitted. Throws `invalid-intent` with every problem. */
export function checkIntent(
  input: unknown,
  nowMs: number,
): { intent: Intent; traceparent: string | undefined } {
  const parsed = parseIntent(input)
  if (parsed.kind === 'invalid') throw invalid(parsed.problems)
  const problem = timingProblem(parsed.intent, nowMs)
  if (problem !== undefined) throw invalid([problem])
  if (parsed.traceparentIgnored) {
    debug('%s: its traceparent is not W3C trace context, and was left out', parsed.intent.id)
  }
  return parsed
}

function invalid(problems: readonly Problem[]): RingbackError {
  return new RingbackError('invalid-intent', describeProblems(problems), { problems })
}
