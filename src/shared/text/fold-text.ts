/**
 * Breaks a text at blanks into lines of at most `width`, which is at least 1: no terminal is too narrow. A word that is longer is
 * broken where the line ends.
 */
export function foldText(text: string, columns: number): string[] {
  const width = Math.max(1, columns)
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').flatMap((each) => piecesOf(each, width))) {
    const joined = line === '' ? word : `${line} ${word}`
    if (joined.length <= width) {
      line = joined
    } else {
      lines.push(line)
      line = word
    }
  }
  return [...lines, line]
}

function piecesOf(word: string, width: number): string[] {
  const count = Math.max(1, Math.ceil(word.length / width))
  return Array.from({ length: count }, (_, index) => word.slice(index * width, (index + 1) * width))
}

/** At most `width` characters; where something is left out, it says so. */
export function cutText(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text
}
