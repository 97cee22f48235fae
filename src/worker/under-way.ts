/** How many callbacks are in the hands of this worker: of what they came to, nobody else could tell. */
export interface UnderWay {
  count(): number
  /** Until this is done it is one more. */
  during<Result>(work: () => Promise<Result>): Promise<Result>
}

export function createUnderWay(): UnderWay {
  let count = 0
  return {
    count: () => count,
    during: async (work) => {
      count += 1
      try {
        return await work()
      } finally {
        count -= 1
      }
    },
  }
}
