import { printable } from '../../../shared/text/printable.ts'
import type { Explanation } from '../../operations/explain/explanation.ts'
import { plainTime } from '../../text/plain-time.ts'
import { sentenceLines, type Screen } from '../terminal/screen.ts'

export function presentExplanation(explanation: Explanation, screen: Screen): void {
  const { id, state, reasons, expectedAt } = explanation
  screen.line(`${screen.paint('bold', id)}  ${state}`)
  for (const { message } of reasons) {
    for (const each of sentenceLines(printable(message), screen, '  ')) screen.line(each)
  }
  if (expectedAt === undefined) return
  screen.line(`  expected ${plainTime(expectedAt, screen.nowMs())}, at the earliest`)
}
