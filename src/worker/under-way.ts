/** How many callbacks are in the hands of this worker: of what they came to, nobody else could tell. */
export interface UnderWay {
  count(): number
  /**
   * Until this is done it is one more. Of one callback one thing at a time: a job whose lock ran out while Redis was away may be given to
   * this worker again before it could write down what the request came to, and who begins then would call the customer twice.
   */
  during<Result>(callback: string, work: () => Promise<Result>): Promise<Result>
}

export function createUnderWay(): UnderWay {
  const last = new Map<string, Promise<void>>()
  let count = 0
  return {
    count: () => count,
    during: async (callback, work) => {
      const before = last.get(callback)
      const { promise: done, resolve: end } = deferred()
      last.set(callback, done)
      count += 1
      try {
        if (before !== undefined) await before
        return await work()
      } finally {
        count -= 1
        end()
        if (last.get(callback) === done) last.delete(callback)
      }
    },
  }
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined
  const promise = new Promise<void>((settle) => (resolve = settle))
  return { promise, resolve }
}
