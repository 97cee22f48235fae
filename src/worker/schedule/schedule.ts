import { messageOf } from '../../shared/errors/errors.ts'
import { horizonMs } from '../../shared/delivery/horizon.ts'
import { rest } from '../../shared/lifecycle/rest.ts'
import { createService, type Service } from '../../shared/lifecycle/service.ts'
import type { Looked } from '../../shared/store/control/look.ts'
import { readSchedulePage, type SchedulePage } from '../../shared/store/schedule/schedule-page.ts'
import type { Clock } from '../../shared/time/clock.ts'
import type { Looks } from '../looks.ts'
import { enqueuePage, reportFailure, type EnqueueContext } from './enqueue-page.ts'

export interface ScheduleContext extends EnqueueContext {
  looks: Looks
  clock: Clock
  /** How often somebody looks whether something comes due. */
  everyMs: number
}

/** So many jobs are added in about three milliseconds of Redis. */
const mostInPage = 200
/** So many become due in one call of BullMQ's, which takes about three milliseconds. */
const mostDelayed = 200
/** Others have their turn between two pages: at least so long, and as long as a page takes. */
const betweenPagesMs = 5

/**
 * Puts on the queue what was put off, shortly before it is due. Several workers may do this at once: a job's id says which callback
 * it is of, so that nothing is on the queue twice, and what has left it since finds in the ledger that there is nothing to do.
 */
export function createSchedule(context: ScheduleContext): Service {
  const { clock } = context
  return createService('schedule', async (stopping) => {
    while (!stopping.aborted) await rest(clock, await enqueueSome(context, stopping), stopping)
  })
}

/** Waits until something is due soon. Gives after how many ms there may be more to do. */
async function enqueueSome(context: ScheduleContext, stopping: AbortSignal): Promise<number> {
  const { store, looks, clock, everyMs } = context
  try {
    if ((await looks.until(isDueSoon, stopping)) === undefined) return 0
    const begunMs = clock.monotonic()
    const page = await readSchedulePage(store, { horizonMs, most: mostInPage, mostDelayed })
    if (page.entries.length > 0) await enqueuePage(context, page)
    const leastMs = Math.max(betweenPagesMs, clock.monotonic() - begunMs)
    return Math.min(Math.max(untilMore(page), leastMs), everyMs)
  } catch (error) {
    reportFailure(context, messageOf(error))
    return everyMs
  }
}

function isDueSoon({ scheduledInMs = Infinity }: Looked): boolean {
  return scheduledInMs <= horizonMs
}

/** What comes next is within the horizon only where the queue was to have no more: then it goes there when it is due. */
function untilMore({ nowMs, nextMs = Infinity }: SchedulePage): number {
  const untilDueMs = nextMs - nowMs
  return untilDueMs <= horizonMs ? untilDueMs : untilDueMs - horizonMs
}
