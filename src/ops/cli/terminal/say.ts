import { foldText } from '../../../shared/text/fold-text.ts'
import type { Colour, Screen } from './screen.ts'

const indent = '  '

/** A sentence; where the terminal is too narrow for it, on further lines that are indented. */
export function say({ line, columns }: Pick<Screen, 'line' | 'columns'>, text: string): void {
  for (const each of hanging(text, columns)) line(each)
}

export interface PaintedWord {
  colour: Colour
  word: string
}

/** The same, of a sentence that begins with a word in colour. */
export function sayPainted(screen: Screen, { colour, word }: PaintedWord, text: string): void {
  const [first = '', ...more] = hanging(`${word} ${text}`, screen.columns)
  screen.line(`${screen.paint(colour, word)}${first.slice(word.length)}`)
  for (const each of more) screen.line(each)
}

function hanging(text: string, columns = Infinity): string[] {
  if (text.length <= columns) return [text]
  const [first = '', ...more] = foldText(text, Math.max(20, columns - indent.length))
  return [first, ...more.map((each) => `${indent}${each}`)]
}
