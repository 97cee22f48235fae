import { debuglog } from 'node:util'

import { timingProblem } from '../shared/contract/due.ts'
import { maxIntentBytes, parseIntent, type Intent } from '../shared/contract/intent.ts'
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
  const problem = timingProblem(parsed.intent, nowMs) ?? sizeProblem(parsed.intent)
  if (problem !== undefined) throw invalid([problem])
  if (parsed.traceparentIgnored) {
    debug('%s: its traceparent is not W3C trace context, and was left out', parsed.intent.id)
  }
  return parsed
}

/** What does not fit into the inbox must not be promised. */
function sizeProblem(intent: Intent): Problem | undefined {
  const bytes = Buffer.byteLength(JSON.stringify(intent))
  if (bytes <= maxIntentBytes) return undefined
  return { field: 'intent', message: `is ${bytes} bytes long; ${maxIntentBytes} is the most` }
}

function invalid(problems: readonly Problem[]): RingbackError {
  return new RingbackError('invalid-intent', describeProblems(problems), { problems })
}
