import type { InboxEntry } from '../../shared/store/inbox/inbox.ts'

/** So many scripts of ours take about two milliseconds of Redis, in which it answers nobody else. */
export const wholePage = 50
/** Of a destination that has others beside it. */
export const smallPage = 10
/** So much is decoded in about a millisecond of ours. */
const mostBytes = 64 * 1_024

/** What goes through each step of its way together. One that is large goes alone. */
export function inPages<Entry extends Pick<InboxEntry, 'intent'>>(
  entries: readonly Entry[],
  mostEntries: number,
): readonly (readonly Entry[])[] {
  const pages: Entry[][] = []
  let page: Entry[] = []
  let bytes = 0
  for (const entry of entries) {
    const { length = 0 } = entry.intent ?? {}
    if (page.length === 0 || page.length === mostEntries || bytes + length > mostBytes) {
      page = []
      bytes = 0
      pages.push(page)
    }
    page.push(entry)
    bytes += length
  }
  return pages
}
