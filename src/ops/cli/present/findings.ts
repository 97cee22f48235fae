import { foldText } from '../../../shared/text/fold-text.ts'
import { printable } from '../../../shared/text/printable.ts'
import type { Finding, Verdict } from '../../operations/doctor/finding.ts'
import type { Colour, Screen } from '../terminal/screen.ts'

const colours: Record<Verdict, Colour> = {
  ok: 'green',
  warn: 'yellow',
  fail: 'red',
  unknown: 'dim',
}

const verdictWidth = 'unknown'.length
const gap = '  '
/** A terminal that leaves less than this beside the names of the checks breaks its lines itself. */
const minTextWidth = 24

/** A line for each check, and under a fault its fix; folded beside the names where a terminal is too narrow. */
export function presentFindings(findings: readonly Finding[], screen: Screen): void {
  const { line, paint, columns } = screen
  const width = Math.max(...findings.map(({ check }) => check.length))
  const before = verdictWidth + width + 2 * gap.length
  const fold = (text: string) =>
    columns === undefined || columns - before < minTextWidth
      ? [text]
      : foldText(text, columns - before)
  for (const { check, verdict, message, fix } of findings) {
    const mark = paint(colours[verdict], verdict.padEnd(verdictWidth))
    const [first = '', ...more] = fold(printable(message))
    line(`${mark}${gap}${check.padEnd(width)}${gap}${first}`)
    const below = fix === undefined ? more : [...more, ...fold(`→ ${printable(fix)}`)]
    for (const text of below) line(`${' '.repeat(before)}${text}`)
  }
  const count = (verdict: Verdict) =>
    findings.filter((finding) => finding.verdict === verdict).length
  line()
  line(`${count('fail')} failed, ${count('warn')} to look at, ${count('ok')} in order.`)
}
