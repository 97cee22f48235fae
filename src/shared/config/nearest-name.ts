import leven from 'leven'

/**
 * The known name that was most likely meant; `undefined` when none is near. A name that only lacks or adds a part
 * (`TTL` for `TOKEN_TTL`) is near, however many letters that is; one with its parts in another order is too.
 */
export function nearestName(unknown: string, known: readonly string[]): string | undefined {
  const wanted = unknown.toLowerCase()
  return known
    .map((name) => ({ name, ...compare(wanted, name.toLowerCase()) }))
    .filter(({ near }) => near)
    .toSorted((one, other) => one.distance - other.distance)[0]?.name
}

function compare(wanted: string, name: string): { near: boolean; distance: number } {
  const distance = Math.min(leven(wanted, name), leven(inOrder(wanted), inOrder(name)) + 1)
  const contained = wanted.length > 2 && (name.includes(wanted) || wanted.includes(name))
  return { near: contained || distance * 2 <= Math.max(wanted.length, name.length), distance }
}

function inOrder(name: string): string {
  return name.split('_').toSorted().join('_')
}
