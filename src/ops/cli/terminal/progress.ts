import type { CliContext, Terminal } from './cli-context.ts'

/** Often enough to be seen moving. */
const redrawMs = 100
const barWidth = 30
const clearLine = '\r\u001b[K'

export interface Progress {
  /** `part` from 0 to 1, or undefined where the whole is not known. */
  show(part: number | undefined, words: string): void
  /** Makes room for another line, and for the end. */
  clear(): void
}

/** A bar on the last line of a terminal; nothing at all anywhere else. */
export function createProgress(terminal: Terminal, { clock }: Pick<CliContext, 'clock'>): Progress {
  let drawnAtMs = -Infinity
  let drawn = false
  return {
    show: (part, words) => {
      if (terminal.isTTY !== true || clock.now() - drawnAtMs < redrawMs) return
      drawnAtMs = clock.now()
      drawn = true
      terminal.write(`${clearLine}${part === undefined ? '' : `${bar(part)} `}${words}`)
    },
    clear: () => {
      if (drawn) terminal.write(clearLine)
      drawn = false
    },
  }
}

function bar(part: number): string {
  const share = Math.min(1, Math.max(0, part))
  const full = Math.round(share * barWidth)
  const percent = `${Math.floor(share * 100)} %`.padStart('100 %'.length)
  return `${'█'.repeat(full)}${'░'.repeat(barWidth - full)} ${percent}`
}
