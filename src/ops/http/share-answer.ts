import type { Clock } from '../../shared/time/clock.ts'

/** How long an answer that took looking serves all who ask: it may be as old when it arrives anyway. */
const freshMs = 250

/** Who asks while the answer to somebody else is looked for, or just after, gets the same: Redis is not asked by strangers. */
export function shareAnswer<Page>(look: () => Promise<Page>, clock: Clock): () => Promise<Page> {
  let latest: { page: Promise<Page>; untilMs: number } | undefined
  return () => {
    if (latest !== undefined && clock.monotonic() < latest.untilMs) return latest.page
    const page = look()
    const looking = { page, untilMs: Infinity }
    latest = looking
    const settle = () => (looking.untilMs = clock.monotonic() + freshMs)
    page.then(settle, settle)
    return page
  }
}
