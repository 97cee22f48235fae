/** What comes of any of them, as it comes. Ends all of them when one fails, or when nobody wants more. */
export async function* merged<Item>(
  sources: readonly AsyncGenerator<Item>[],
  end: () => void,
): AsyncGenerator<Item> {
  const coming = new Map(sources.map((source) => [source, nextOf(source)]))
  try {
    while (coming.size > 0) {
      const { source, next } = await Promise.race(coming.values())
      if (next.done === true) {
        coming.delete(source)
        continue
      }
      yield next.value
      coming.set(source, nextOf(source))
    }
  } finally {
    end()
    await Promise.allSettled(coming.values())
    await Promise.allSettled(sources.map((source) => source.return(undefined)))
  }
}

async function nextOf<Item>(source: AsyncGenerator<Item>) {
  return { source, next: await source.next() }
}
