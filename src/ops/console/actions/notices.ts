/** What came of what somebody did, for the page that they are led to. */
export interface Notice {
  words: string
  isBad: boolean
}

/** Kept by a random name, which stands in the address: nobody can have a page say something by a link. */
export interface Notices {
  /** Its name. */
  keep: (notice: Notice) => string
  find: (name: string) => Notice | undefined
}

const mostKept = 1_000

/** `randomId` must not be guessed. */
export function createNotices(randomId: () => string): Notices {
  const notices = new Map<string, Notice>()
  return {
    keep: (notice) => {
      const name = randomId()
      notices.set(name, notice)
      const [oldest] = notices.keys()
      if (notices.size > mostKept && oldest !== undefined) notices.delete(oldest)
      return name
    },
    find: (name) => notices.get(name),
  }
}
