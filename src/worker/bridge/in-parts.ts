import type { InboxEntry } from '../../shared/store/inbox/inbox.ts'

/**
 * What may be moved together: intents, in whatever order they get there. A cancel or a reschedule is about what was sent before
 * it, and not about what was sent after it, so it goes alone.
 */
export function inParts<Entry extends Pick<InboxEntry, 'wish'>>(
  entries: readonly Entry[],
): readonly (readonly Entry[])[] {
  const parts: Entry[][] = []
  let together: Entry[] | undefined
  for (const entry of entries) {
    if (entry.wish === undefined && together !== undefined) together.push(entry)
    else parts.push([entry])
    together = entry.wish === undefined ? (together ?? parts.at(-1)) : undefined
  }
  return parts
}
