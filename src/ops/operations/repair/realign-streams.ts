import { decodeIntent } from '../../../shared/contract/decode-intent.ts'
import { entryDeadLetterId } from '../../../shared/contract/ids.ts'
import { readInbox, type InboxEntry } from '../../../shared/store/inbox/inbox.ts'
import type { Redis } from '../../../shared/redis/connection.ts'
import { inboxKey, resultsKey, type DestinationRef } from '../../../shared/redis/keys.ts'
import {
  realign,
  type NamedEntry,
  type Realignment,
} from '../../../shared/store/streams/realign.ts'
import type { Clock } from '../../../shared/time/clock.ts'

/** A busy inbox has often changed when what was read of it is to be moved. */
const tries = 200
const restMs = 25
const pageSize = 500

export async function realignInbox(
  redis: Redis,
  ref: DestinationRef,
  clock: Clock,
): Promise<Realignment> {
  const key = inboxKey(ref)
  // None are named at first: what is too large to be moved is not to be read either.
  let realignment = await realign(redis, { ref, key, named: [], ids: [] })
  for (let nth = 1; realignment.kind === 'changed' && nth <= tries; nth += 1) {
    if (nth > 1) await clock.sleep(restMs)
    const named = await nameEntries(redis, ref)
    realignment = await realign(redis, { ref, key, named, ids: named.map(({ id }) => id) })
  }
  return realignment
}

/** Nothing names an entry of the results by its id, but readers of ours and others: docs/runbook.md tells them. */
export function realignResults(redis: Redis, ref: DestinationRef): Promise<Realignment> {
  return realign(redis, { ref, key: resultsKey(ref), named: undefined, ids: [] })
}

async function nameEntries(redis: Redis, ref: DestinationRef): Promise<NamedEntry[]> {
  const named: NamedEntry[] = []
  let afterEntryId = '0-0'
  for (;;) {
    const page = await readInbox(redis, ref, { afterEntryId, count: pageSize })
    named.push(...page.map(nameOf))
    const last = page.at(-1)
    if (last === undefined) return named
    afterEntryId = last.entryId
  }
}

/** As the bridge names it. */
function nameOf({ entryId, intent, redriveOf }: InboxEntry): NamedEntry {
  const parsed = decodeIntent(intent)
  const id = parsed.kind === 'ok' ? parsed.intent.id : parsed.id
  return { entryId, redriveOf, id: id ?? entryDeadLetterId(entryId) }
}
