export interface OnePage<Item> {
  items: Item[]
  /** Nothing comes after them. */
  isLast: boolean
}

/**
 * The first of what several have, each in this order already, and each with one more than `count` where it has as many. A page goes on
 * behind the place of its last item, in all of them: those of one place, of which `compare` gives 0, are not torn apart.
 */
export function onePage<Item>(
  lists: readonly (readonly Item[])[],
  compare: (one: Item, other: Item) => number,
  count: number,
): OnePage<Item> {
  const all = lists.flat().toSorted(compare)
  const last = all[count - 1]
  if (last === undefined) return { items: all, isLast: true }
  const end = all.findIndex((item, index) => index >= count && compare(last, item) !== 0)
  return end < 0 ? { items: all, isLast: true } : { items: all.slice(0, end), isLast: false }
}
