import { setImmediate as letOthersRun } from 'node:timers/promises'

import { entryDeadLetterId } from '../../shared/contract/ids.ts'
import { messageOf } from '../../shared/errors/errors.ts'
import type { InboxEntry } from '../../shared/store/inbox/inbox.ts'
import { buryEntry } from './bury-entry.ts'
import { fulfilWish } from './fulfil-wish.ts'
import { inPages, smallPage, wholePage } from './in-pages.ts'
import { inParts } from './in-parts.ts'
import { isPoisonMessage } from '../../shared/redis/poison.ts'
import { movePage, type MoveContext } from './move-page.ts'
import { idsOfLetter } from './open-entry.ts'

/** How often an entry that makes our own code fail is tried before it becomes a dead letter. */
const maxTries = 5
/** So long entries are decoded in one go: locks are renewed and health is answered between two such slices. */
const sliceMs = 10

/** True if every entry got where it belongs. Each stands for itself: one that fails holds up no other. */
export type MoveEntries = (entries: readonly InboxEntry[]) => Promise<boolean>

/** `onMoved` hears of each entry that got where it belongs. */
export function createMoveEntries(context: MoveContext, onMoved: () => void): MoveEntries {
  const { clock, turns } = context
  const tries = new Map<string, number>()

  async function moveAll(entries: readonly InboxEntry[]): Promise<boolean> {
    let isDone = true
    for (const part of inParts(entries)) isDone = (await moveTogether(part)) && isDone
    return isDone
  }

  async function moveTogether(entries: readonly InboxEntry[]): Promise<boolean> {
    const moves: Promise<boolean>[] = []
    let sliceBeganMs = clock.monotonic()
    for (const page of inPages(entries, turns.isAlone() ? wholePage : smallPage)) {
      await turns.take()
      if (clock.monotonic() - sliceBeganMs >= sliceMs) {
        await letOthersRun()
        sliceBeganMs = clock.monotonic()
      }
      const move = moveOrReport(page)
      moves.push(move)
      // What Redis has to do for others stands behind what it was given before.
      if (!turns.isAlone()) await move
    }
    return (await Promise.all(moves)).every(Boolean)
  }

  async function moveOrReport(page: readonly InboxEntry[]): Promise<boolean> {
    const [entry, ...others] = page
    if (entry === undefined) return true
    try {
      const isDone = await move(entry, page)
      for (const { entryId } of page) {
        tries.delete(entryId)
        onMoved()
      }
      return isDone
    } catch (error) {
      if (others.length === 0) return giveUpOrRetry(entry, error)
      return (await Promise.all(page.map((each) => moveOrReport([each])))).every(Boolean)
    }
  }

  /** False: it is to be tried again. What somebody wants of a callback is alone on its page. */
  async function move(first: InboxEntry, page: readonly InboxEntry[]): Promise<boolean> {
    if (first.wish !== undefined) return await fulfilWish(context, first, first.wish)
    await movePage(context, page)
    return true
  }

  async function giveUpOrRetry(entry: InboxEntry, error: unknown): Promise<boolean> {
    const { entryId } = entry
    reportFailure(context, entryId, error)
    if (!isPoisonMessage(error)) return false
    const failures = (tries.get(entryId) ?? 0) + 1
    tries.set(entryId, failures)
    if (failures < maxTries) return false
    return giveUp(entry, messageOf(error))
  }

  /** What cannot even be buried is tried again from the beginning, and holds up no other either. */
  async function giveUp(entry: InboxEntry, why: string): Promise<boolean> {
    tries.delete(entry.entryId)
    try {
      await buryEntry(context, entry, {
        ...anyIdsOf(entry),
        reason: 'invalid',
        code: 'unprocessable',
        message: `${entry.wish?.kind ?? 'intent'}: could not be taken in after ${maxTries} tries: ${why}`,
      })
      onMoved()
      return true
    } catch (error) {
      reportFailure(context, entry.entryId, error)
      return false
    }
  }

  return moveAll
}

export function reportFailure(
  { observe, store }: Pick<MoveContext, 'observe' | 'store'>,
  entryId: string | undefined,
  error: unknown,
): void {
  const { destination } = store.ref
  observe({ event: 'bridge.failed', destination, entryId, message: messageOf(error) })
}

/** Of one that cannot even be decoded too. */
function anyIdsOf(entry: InboxEntry): ReturnType<typeof idsOfLetter> {
  try {
    return idsOfLetter(entry)
  } catch {
    return { id: entryDeadLetterId(entry.entryId) }
  }
}
