import { printable } from '../../shared/text/printable.ts'

/**
 * A word as it is to be typed into a shell: a destination's name may be anything that somebody has sent to, blanks and
 * `$(…)` too. Plain words stay as they are.
 */
export function quoted(word: string): string {
  const shown = printable(word)
  return /^[A-Za-z0-9._/-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", String.raw`'\''`)}'`
}
