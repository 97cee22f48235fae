import { partitionIn } from '../../../shared/contract/partition.ts'

/** A destination, or one of which only a partition is known, under the name by which it is asked for. */
export interface OfDestination<Item> {
  destination: string
  /** Of its partitions, in their order; one, where it has no others. */
  parts: readonly [Item, ...Item[]]
}

/** What is about the partitions of one destination together. */
export function byDestination<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
): OfDestination<Item>[] {
  const together = new Map<string, [Item, ...Item[]]>()
  for (const item of items) {
    const { destination } = partitionIn(nameOf(item))
    const others = together.get(destination)
    if (others === undefined) together.set(destination, [item])
    else others.push(item)
  }
  const place = (item: Item) => partitionIn(nameOf(item)).partition
  return [...together].map(([whole, parts]) => {
    const [first] = parts
    if (parts.length === 1) return { destination: nameOf(first), parts }
    parts.sort((one, other) => place(one) - place(other))
    return { destination: whole, parts }
  })
}
