import { connectFailingFast } from '../../shared/redis/connection.ts'
import { openStore, type DestinationStore } from '../../shared/redis/destination-store.ts'
import { inspectControl } from '../../shared/store/control/inspect-control.ts'
import { readResults } from '../../shared/store/results/results.ts'
import { readQueueDepth } from '../../shared/store/stats/queue-depth.ts'
import { rest } from '../../shared/lifecycle/rest.ts'
import type { Clock } from '../../shared/time/clock.ts'
import { epochMsOf } from '../../shared/time/timestamp.ts'
import type { Recorder } from './recording.ts'
import { namespace } from './worker-settings.ts'

/** Often enough that no state of the breaker is missed, and no load. */
const everyMs = 200
const pageSize = 1_000

export interface DestinationWatch {
  redisUrl: string
  rate: number
  recorder: Recorder
  clock: Clock
}

/** Notes what Redis says of the destination, every so often until it is told to stop, and once more then. */
export async function watchDestination(
  { redisUrl, rate, recorder, clock }: DestinationWatch,
  stopping: AbortSignal,
): Promise<void> {
  const redis = await connectFailingFast(redisUrl)
  try {
    const store = openStore(redis, { namespace, destination: 'default' })
    let position = '0-0'
    for (let isLast = false; !isLast;) {
      isLast = stopping.aborted
      await noteSample(store, rate, recorder)
      position = await noteEnds(store, position, recorder)
      if (!isLast) await rest(clock, everyMs, stopping)
    }
  } finally {
    redis.disconnect()
  }
}

async function noteSample(
  store: DestinationStore,
  rate: number,
  { recording, now, at }: Recorder,
): Promise<void> {
  const [control, { underWay }] = await Promise.all([
    inspectControl(store, { rate }),
    readQueueDepth(store),
  ])
  const { breaker } = control
  recording.samples.push({
    atMs: now(),
    breaker: breaker?.state ?? 'closed',
    openedMs: breaker && at(breaker.sinceMs),
    underWay,
  })
}

/** Bookings are noted where they are made: at Salesforce. */
async function noteEnds(
  store: DestinationStore,
  position: string,
  { noteOtherEnd, at }: Recorder,
): Promise<string> {
  let afterEntryId = position
  for (;;) {
    const page = await readResults(store, { afterEntryId, count: pageSize })
    for (const { id, state, reason, at: endedAt } of page) {
      if (state === 'booked') continue
      noteOtherEnd({ id, atMs: at(epochMsOf(endedAt)), reason: reason ?? state })
    }
    const last = page.at(-1)
    if (last === undefined) return afterEntryId
    afterEntryId = last.entryId
  }
}
