/** When a destination may begin with what keeps the process busy for a moment. */
export interface Turns {
  /** No other destination is served here. */
  isAlone(): boolean
  /** Resolves when it is its turn: at once, where it is alone. */
  take(): Promise<void>
}

/** So many destinations begin with something in one turn of the event loop. */
const mostAtOnce = 4

/**
 * In each turn of the event loop a destination begins with one thing, and only some do: whatever is between two steps of a callback waits
 * for no more than what these have begun. A flood in one destination goes on in every turn, and fills none of them.
 */
export function createTurns(isAlone: () => boolean): (destination: string) => Turns {
  const begun = new Set<string>()
  const waiting = new Map<string, (() => void)[]>()
  let isTurning = false

  function begin(destination: string): boolean {
    if (begun.has(destination) || begun.size >= mostAtOnce) return false
    begun.add(destination)
    if (!isTurning) setImmediate(turn)
    isTurning = true
    return true
  }

  function turn(): void {
    isTurning = false
    begun.clear()
    for (const [destination, others] of [...waiting].slice(0, mostAtOnce)) {
      begin(destination)
      // Whoever has more to begin with comes after those that wait.
      waiting.delete(destination)
      others.shift()?.()
      if (others.length > 0) waiting.set(destination, others)
    }
  }

  function queue(destination: string): Promise<void> {
    const others = waiting.get(destination) ?? []
    waiting.set(destination, others)
    return new Promise((resolve) => others.push(resolve))
  }

  return (destination) => ({
    isAlone,
    take: async () => {
      if (isAlone()) return
      if (waiting.has(destination) || !begin(destination)) await queue(destination)
    },
  })
}
