import type { FoundCallback } from './found-callback.ts'

/** Those of several partitions, each in this order already. */
export function newestFirst(lists: readonly (readonly FoundCallback[])[]): FoundCallback[] {
  const found = lists.flat()
  if (lists.length < 2) return found
  return found.toSorted((one, other) => Date.parse(other.acceptedAt) - Date.parse(one.acceptedAt))
}
