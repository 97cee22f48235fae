/** At most so many pieces of work at once. */
export interface Lanes {
  /** Resolves when there is room for another one. */
  room(): Promise<void>
  /** Takes up work, which never rejects. */
  run(work: () => Promise<void>): void
  /** Resolves when the next piece of work is done. */
  oneEnds(): Promise<void>
  isEmpty(): boolean
  /** Resolves when all work is done. */
  empty(): Promise<void>
}

export function createLanes(most: number): Lanes {
  const waiting: (() => void)[] = []
  let taken = 0
  const oneEnds = () => new Promise<void>((resolve) => waiting.push(resolve))
  const until = async (isTrue: () => boolean) => {
    while (!isTrue()) await oneEnds()
  }
  return {
    room: () => until(() => taken < most),
    run: (work) => {
      taken += 1
      void work().finally(() => {
        taken -= 1
        for (const wake of waiting.splice(0)) wake()
      })
    },
    oneEnds,
    isEmpty: () => taken === 0,
    empty: () => until(() => taken === 0),
  }
}
