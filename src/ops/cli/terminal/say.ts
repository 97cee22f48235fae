import { foldedLine } from '../../../shared/text/folded-line.ts'
import type { Colour, Screen } from './screen.ts'

/** A sentence; where the terminal is too narrow for it, on further lines that are indented. */
export function say({ line, columns }: Pick<Screen, 'line' | 'columns'>, text: string): void {
  line(foldedLine(text, columns))
}

export interface PaintedWord {
  colour: Colour
  word: string
}

/** The same, of a sentence that begins with a word in colour. */
export function sayPainted(screen: Screen, { colour, word }: PaintedWord, text: string): void {
  const folded = foldedLine(`${word} ${text}`, screen.columns)
  // Where not even the word fits, it is broken, and left without a colour.
  const isWhole = folded.startsWith(word)
  screen.line(isWhole ? `${screen.paint(colour, word)}${folded.slice(word.length)}` : folded)
}
