import type { Finding, Verdict } from '../doctor/finding.ts'
import { printable } from './printable.ts'
import type { Colour, Screen } from './screen.ts'

const colours: Record<Verdict, Colour> = {
  ok: 'green',
  warn: 'yellow',
  fail: 'red',
  unknown: 'dim',
}

/** A line for each check, and under a fault its mend. */
export function presentFindings(findings: readonly Finding[], { line, paint }: Screen): void {
  const width = Math.max(...findings.map(({ check }) => check.length))
  for (const { check, verdict, message, mend } of findings) {
    const mark = paint(colours[verdict], verdict.padEnd('unknown'.length))
    line(`${mark}  ${check.padEnd(width)}  ${printable(message)}`)
    if (mend !== undefined) line(`${''.padEnd('unknown'.length + width + 4)}→ ${printable(mend)}`)
  }
  const count = (verdict: Verdict) =>
    findings.filter((finding) => finding.verdict === verdict).length
  line()
  line(`${count('fail')} failed, ${count('warn')} to look at, ${count('ok')} in order.`)
}
