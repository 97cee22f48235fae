import type { Screen } from '../../../../../src/ops/cli/terminal/screen.ts'

/** What `present` writes on a screen without colours, line by line. */
export function linesOf(present: (screen: Screen) => void, columns?: number): string[] {
  const lines: string[] = []
  present({
    line: (text = '') => lines.push(text),
    paint: (_colour, text) => text,
    nowMs: () => 0,
    columns,
  })
  return lines
}
