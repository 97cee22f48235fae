import { isIntentId } from '../../shared/contract/ids.ts'
import { messageOf } from '../../shared/errors/errors.ts'
import { settlesWithin } from '../../shared/lifecycle/settles-within.ts'
import type { DestinationStore } from '../../shared/redis/destination-store.ts'
import { handOver, type HandOverInput } from '../../shared/store/inbox/hand-over.ts'
import { bridgeGroup, type InboxEntry } from '../../shared/store/inbox/inbox.ts'
import { letGo } from '../../shared/store/inbox/let-go.ts'
import type { Observer } from '../../shared/telemetry/events.ts'
import type { Clock } from '../../shared/time/clock.ts'
import type { Partition } from '../partition.ts'
import { idsOfLetter } from './open-entry.ts'

export interface HandOverContext {
  store: DestinationStore
  clock: Clock
  observe: Observer
  /** Undefined: the destination has no others. */
  partition?: Partition | undefined
  retentionMs: number
}

/**
 * Anybody may write to any partition. What belongs to another one goes into the inbox of that, once, and then leaves this one: who
 * dies in between leaves it in both, and whoever takes it over here finds that it is there. Gives those that belong here, and those
 * from which no id can be read.
 */
export async function handOverOthers(
  context: HandOverContext,
  page: readonly InboxEntry[],
): Promise<readonly InboxEntry[]> {
  const { partition } = context
  if (partition === undefined) return page
  const here: InboxEntry[] = []
  const leaving: Promise<void>[] = []
  for (const entry of page) {
    const { id } = idsOfLetter(entry)
    const home = isIntentId(id) ? partition.homeOf(id) : undefined
    const { intent } = entry
    if (home === undefined || intent === undefined) here.push(entry)
    else leaving.push(leave(context, entry, { id, intent, home, from: partition.place }))
  }
  await Promise.all(leaving)
  return here
}

interface Leaving {
  id: string
  intent: Buffer
  home: DestinationStore
  from: number
}

async function leave(
  { store, clock, observe, retentionMs }: HandOverContext,
  { entryId, redriveOf }: InboxEntry,
  { id, intent, home, from }: Leaving,
): Promise<void> {
  await handOverInTime(home, { intent, redriveOf, from, entryId, keptMs: retentionMs }, clock)
  await letGo(store, { id, entryId, group: bridgeGroup })
  const { destination } = store.ref
  observe({ event: 'entry.handed-over', destination, id, entryId, to: home.ref.destination })
}

/** The other partition may be on a node that is away: what belongs here does not wait for that. */
const patienceMs = 2_000

/** Whatever is wrong is wrong over there, and costs no entry its life: it stays here, and is tried again. */
async function handOverInTime(
  home: DestinationStore,
  input: HandOverInput,
  clock: Clock,
): Promise<void> {
  const { destination } = home.ref
  try {
    if (await settlesWithin(handOver(home, input), patienceMs, clock)) return
  } catch (error) {
    const why = `the partition ${destination} did not take it: ${messageOf(error)}`
    throw new Error(why, { cause: error })
  }
  throw new Error(`the partition ${destination} did not answer in time`)
}
