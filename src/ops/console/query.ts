/** What an address asks for behind its question mark; each name may stand there several times. */
export type Queries = Readonly<Record<string, readonly string[]>>

const longest = 400

/** The first of a name, without what stands around it; undefined where it is empty, or longer than anything that is asked for. */
export function oneOf(queries: Queries, name: string): string | undefined {
  const text = (Object.hasOwn(queries, name) ? (queries[name] ?? []) : [])[0]?.trim()
  return text === undefined || text === '' || text.length > longest ? undefined : text
}

/** `?a=1&b=2`, of what is given. */
export function queryOf(values: Readonly<Record<string, string | undefined>>): string {
  const given = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) given.append(name, value)
  }
  return given.size === 0 ? '' : `?${given.toString()}`
}
