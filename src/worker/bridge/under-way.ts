/** Works of which a few may be under way at once. */
export interface UnderWay {
  /** Waits until there is room for one more, and begins it. It must not reject. */
  begin(work: () => Promise<void>): Promise<void>
  isNone(): boolean
  all(): Promise<void>
}

export function createUnderWay(most: number): UnderWay {
  const works = new Set<Promise<void>>()

  async function run(work: () => Promise<void>): Promise<void> {
    const running = work()
    works.add(running)
    await running
    works.delete(running)
  }

  return {
    begin: async (work) => {
      while (works.size >= most) await Promise.race(works)
      void run(work)
    },
    isNone: () => works.size === 0,
    all: async () => {
      await Promise.all(works)
    },
  }
}
