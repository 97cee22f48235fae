/**
 * Whether `value`, which JSON.parse has made of `json`, has as many names as were written there: then none was given twice. Cheap,
 * for all the texts of which that is true; those that are not plain are left to repeatedNames.
 */
export function keepsAllNames(json: string, value: unknown): boolean {
  return namesWritten(json) === namesOf(value)
}

const colon = 0x3a
const lastBlank = 0x20

/** Undefined where a backslash may hide the end of a string. */
function namesWritten(json: string): number | undefined {
  if (json.includes('\\')) return undefined
  let names = 0
  let start = json.indexOf('"')
  while (start !== -1) {
    let after = json.indexOf('"', start + 1) + 1
    while (json.charCodeAt(after) <= lastBlank) after += 1
    if (json.charCodeAt(after) === colon) names += 1
    start = json.indexOf('"', after)
  }
  return names
}

/** Without recursion: 16 KB may be nested thousands deep. */
function namesOf(value: unknown): number {
  let names = 0
  const open = [value]
  while (open.length > 0) {
    const next = open.pop()
    if (typeof next !== 'object' || next === null) continue
    const inner: unknown[] = Array.isArray(next) ? next : Object.values(next)
    if (!Array.isArray(next)) names += inner.length
    for (const each of inner) open.push(each)
  }
  return names
}
