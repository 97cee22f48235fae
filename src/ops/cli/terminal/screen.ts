import { styleText } from 'node:util'

import { foldText } from '../../../shared/text/fold-text.ts'
import type { CliContext, Terminal } from './cli-context.ts'

export type Colour = 'red' | 'yellow' | 'green' | 'dim' | 'bold'

/** Where a presenter writes for people. */
export interface Screen {
  line: (text?: string) => void
  paint: (colour: Colour, text: string) => string
  nowMs: () => number
  /** Undefined where no terminal limits a line. */
  columns: number | undefined
}

/** Colours only on a terminal, and not where NO_COLOR is set (no-color.org: set and not empty). */
export function createScreen(
  terminal: Terminal,
  { env, clock }: Pick<CliContext, 'env' | 'clock'>,
): Screen {
  const coloured = terminal.isTTY === true && (env['NO_COLOR'] ?? '') === ''
  return {
    line: (text = '') => terminal.write(`${text}\n`),
    paint: (colour, text) => (coloured ? styleText(colour, text, { validateStream: false }) : text),
    nowMs: () => clock.now(),
    columns: widthOf(terminal),
  }
}

/** A terminal that nobody has told its size says 0. */
export function widthOf({ isTTY, columns = 0 }: Terminal): number | undefined {
  return isTTY === true && columns > 0 ? columns : undefined
}

/** A sentence as the lines that it takes: each indented, and none longer than the terminal is wide. */
export function sentenceLines(
  text: string,
  { columns }: Pick<Screen, 'columns'>,
  indent = '',
): string[] {
  const width = columns === undefined ? Infinity : Math.max(20, columns - indent.length)
  const lines = text.length <= width ? [text] : foldText(text, width)
  return lines.map((each) => `${indent}${each}`)
}
