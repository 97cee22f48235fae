import { decodeIntent } from '../../../shared/contract/decode-intent.ts'
import { entryDeadLetterId } from '../../../shared/contract/ids.ts'
import { readInbox, type InboxEntry } from '../../../shared/store/inbox/inbox.ts'
import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import { inboxKey, resultsKey } from '../../../shared/redis/keys.ts'
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

export async function realignInbox(store: DestinationStore, clock: Clock): Promise<Realignment> {
  const key = inboxKey(store.ref)
  // None are named at first: what is too large to be moved is not to be read either.
  let realignment = await realign(store, { key, named: [], ids: [] })
  for (let nth = 1; realignment.kind === 'changed' && nth <= tries; nth += 1) {
    if (nth > 1) await clock.sleep(restMs)
    const named = await nameEntries(store)
    realignment = await realign(store, { key, named, ids: named.map(({ id }) => id) })
  }
  return realignment
}

/** Nothing names an entry of the results by its id, but readers of ours and others: docs/runbook.md tells them. */
export function realignResults(store: DestinationStore): Promise<Realignment> {
  return realign(store, { key: resultsKey(store.ref), named: undefined, ids: [] })
}

async function nameEntries(store: DestinationStore): Promise<NamedEntry[]> {
  const named: NamedEntry[] = []
  let afterEntryId = '0-0'
  for (;;) {
    const page = await readInbox(store, { afterEntryId, count: pageSize })
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
