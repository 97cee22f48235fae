/** Breaks a paragraph at blanks into lines of at most `width`, each with the prefix. */
export function wrapText(text: string, { width, prefix }: { width: number; prefix: string }) {
  const lines: string[] = []
  let line = prefix
  for (const word of text.split(' ')) {
    const joined = line === prefix ? `${prefix}${word}` : `${line} ${word}`
    if (joined.length > width && line !== prefix) {
      lines.push(line)
      line = `${prefix}${word}`
    } else {
      line = joined
    }
  }
  return [...lines, line].join('\n')
}
