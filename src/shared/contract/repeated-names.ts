/** Whatever opens or closes in JSON, and its strings; a string before a colon is a name. */
const token = /[{}]|"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/gs

/**
 * The names that an object in `json` gives more than once, as paths without the indices of arrays (`['attributes', 'x']`),
 * each once. JSON.parse keeps the last of them without a word. Only for text that JSON.parse takes: nothing is checked again here.
 */
export function repeatedNames(json: string): string[][] {
  const repeated = new Map<string, string[]>()
  const open: { names: Set<string>; last: string }[] = []
  for (const [text, colon] of json.matchAll(token)) {
    if (text === '{') open.push({ names: new Set(), last: '' })
    else if (text === '}') open.pop()
    const object = open.at(-1)
    if (colon === undefined || object === undefined) continue
    object.last = nameOf(text.slice(0, -colon.length))
    if (object.names.has(object.last)) {
      const path = open.map(({ last }) => last)
      repeated.set(JSON.stringify(path), path)
    }
    object.names.add(object.last)
  }
  return [...repeated.values()]
}

/** Two spellings of one name are one name: `"a"` and `"\u0061"`. */
function nameOf(quoted: string): string {
  return quoted.includes('\\') ? String(JSON.parse(quoted)) : quoted.slice(1, -1)
}
