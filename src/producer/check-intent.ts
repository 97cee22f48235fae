import { timingProblem } from '../shared/contract/due.ts'
import { maxIntentBytes, parseIntent, type ParsedIntent } from '../shared/contract/intent.ts'
import type { Problem } from '../shared/contract/problem.ts'
import { datesAsText } from './dates-as-text.ts'

/** The canonical intent of whatever was submitted, or every problem that it has. */
export function checkIntent(submitted: unknown, nowMs: number): ParsedIntent {
  const { input, problems: ofDates } = datesAsText(submitted)
  const parsed = parseIntent(input)
  if (parsed.kind === 'invalid') {
    return { ...parsed, problems: [...ofDates, ...parsed.problems] }
  }
  const { id } = parsed.intent
  if (ofDates.length > 0) return { kind: 'invalid', id, problems: ofDates }
  const problem = timingProblem(parsed.intent, nowMs) ?? sizeProblem(parsed.intent)
  return problem === undefined ? parsed : { kind: 'invalid', id, problems: [problem] }
}

/** What does not fit into the inbox must not be promised. */
function sizeProblem(intent: object): Problem | undefined {
  const bytes = Buffer.byteLength(JSON.stringify(intent))
  if (bytes <= maxIntentBytes) return undefined
  return { field: 'intent', message: `is ${bytes} bytes long; ${maxIntentBytes} is the most` }
}
