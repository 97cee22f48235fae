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
      count += 1
      const result = after(last.get(callback), work)
      const done = result.then(
        () => undefined,
        () => undefined,
      )
      last.set(callback, done)
      await done
      count -= 1
      if (last.get(callback) === done) last.delete(callback)
      return await result
    },
  }
}

async function after<Result>(
  before: Promise<void> | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  if (before !== undefined) await before
  return await work()
}
