/**
 * Text from outside as a terminal or a log may show it: control characters could move the cursor, recolour or rewrite what
 * stands there, and formatting characters could reverse it.
 */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (found) =>
      escaped(found.charCodeAt(0)) + (found.length > 1 ? escaped(found.charCodeAt(1)) : ''),
  )
}

function escaped(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`
}
