/** Those that wait for the turn of their destination, first come first served. */
export interface TurnQueue {
  isEmpty(): boolean
  count(destination: string): number
  /** Who waits, as they come next. */
  destinations(): string[]
  /** Resolves when it is let go. */
  join(destination: string): Promise<void>
  /** Whoever has more waiting comes after those that wait. */
  letOneGo(destination: string): void
  /** Resolves when one of these is let go. */
  oneGoes(destination: string): Promise<void>
}

type Waiting = Map<string, (() => void)[]>

export function createTurnQueue(): TurnQueue {
  const waiting: Waiting = new Map()
  const onlookers: Waiting = new Map()
  return {
    isEmpty: () => waiting.size === 0,
    count: (destination) => waiting.get(destination)?.length ?? 0,
    destinations: () => [...waiting.keys()],
    join: (destination) => waitIn(waiting, destination),
    letOneGo: (destination) => {
      const [first, ...others] = waiting.get(destination) ?? []
      waiting.delete(destination)
      if (others.length > 0) waiting.set(destination, others)
      first?.()
      onlookers.get(destination)?.forEach((each) => each())
      onlookers.delete(destination)
    },
    oneGoes: (destination) => waitIn(onlookers, destination),
  }
}

function waitIn(waiting: Waiting, destination: string): Promise<void> {
  const others = waiting.get(destination) ?? []
  waiting.set(destination, others)
  return new Promise((resolve) => others.push(resolve))
}
