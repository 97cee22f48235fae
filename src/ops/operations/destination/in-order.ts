/** What comes of several, each in this order, as one in this order. No more than one of each is asked for ahead. */
export async function* inOrder<Item>(
  sources: readonly AsyncGenerator<Item>[],
  compare: (one: Item, other: Item) => number,
): AsyncGenerator<Item> {
  const heads: { item: Item; source: AsyncGenerator<Item> }[] = []
  const advance = async (source: AsyncGenerator<Item>) => {
    const next = await source.next()
    if (next.done !== true) heads.push({ item: next.value, source })
  }
  try {
    await Promise.all(sources.map(advance))
    for (;;) {
      const [first] = heads.toSorted((a, b) => compare(a.item, b.item))
      if (first === undefined) return
      heads.splice(heads.indexOf(first), 1)
      yield first.item
      await advance(first.source)
    }
  } finally {
    await Promise.allSettled(sources.map((source) => source.return(undefined)))
  }
}

/** Of entries of streams, the older one first. Those of several servers are told apart by what each calls now. */
export function olderFirst(one: { entryId: string }, other: { entryId: string }): number {
  const [[ms = 0, nth = 0], [otherMs = 0, otherNth = 0]] = [placeOf(one), placeOf(other)]
  return ms === otherMs ? nth - otherNth : ms - otherMs
}

function placeOf({ entryId }: { entryId: string }): number[] {
  return entryId.split('-').map(Number)
}
