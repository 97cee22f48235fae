import { messageOf } from '../shared/errors/errors.ts'
import { createPeriodic } from '../shared/lifecycle/periodic.ts'
import type { Service } from '../shared/lifecycle/service.ts'
import type { DestinationStore } from '../shared/redis/destination-store.ts'
import { keepMinute } from '../shared/store/history/keep-minute.ts'
import { readOldestDue } from '../shared/store/stats/oldest-due.ts'
import type { Observer } from '../shared/telemetry/events.ts'
import type { Clock } from '../shared/time/clock.ts'

export interface HistoryContext {
  store: DestinationStore
  everyMs: number
  clock: Clock
  observe: Observer
}

const minuteMs = 60_000

/** Writes down what each minute came to, when it is over: whichever worker of the destination comes first. */
export function createHistory({ store, everyMs, clock, observe }: HistoryContext): Service {
  let keptMs = 0
  /** 0: now. A clock that was set back begins anew. */
  const untilDueMs = () => {
    const nowMs = clock.now()
    return nowMs < keptMs ? 0 : Math.max(0, keptMs + 2 * minuteMs - nowMs)
  }
  const turn = async () => {
    if (untilDueMs() > 0) return
    const oldest = await readOldestDue(store)
    const lateMs =
      oldest === undefined ? 0 : Math.max(0, Math.round(clock.now() - Date.parse(oldest)))
    keptMs = await keepMinute(store, { lateMs })
  }
  return createPeriodic('history', turn, {
    everyMs: () => Math.max(everyMs, untilDueMs()),
    clock,
    onError: (error) => {
      const { destination } = store.ref
      const message = messageOf(error)
      observe({ event: 'maintenance.failed', part: 'history', destination, message })
    },
  })
}
