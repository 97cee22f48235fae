/** A part of a text, and what to write in its place. */
export interface Replacement {
  readonly from: number
  /** The first place behind it. */
  readonly to: number
  readonly by: string
}

/** Of parts that overlap, the replacement of the first stands for all. */
export function replaceRanges(text: string, replacements: readonly Replacement[]): string {
  let written = ''
  let at = 0
  for (const { from, to, by } of replacements.toSorted((a, b) => a.from - b.from)) {
    if (from >= at) written += text.slice(at, from) + by
    at = Math.max(at, to)
  }
  return written + text.slice(at)
}
