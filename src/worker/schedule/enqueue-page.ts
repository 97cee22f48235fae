import type { CallbackQueue, QueueItem } from '../../queue/callback-queue.ts'
import { callbackOf } from '../../shared/contract/ids.ts'
import type { Intent } from '../../shared/contract/intent.ts'
import { messageOf } from '../../shared/errors/errors.ts'
import { isPoisonMessage } from '../../shared/redis/poison.ts'
import type { DestinationStore } from '../../shared/redis/destination-store.ts'
import { decodeStoredIntent } from '../../shared/store/ledger/stored-intent.ts'
import { readPutOff, type PutOff } from '../../shared/store/schedule/put-off.ts'
import type { SchedulePage } from '../../shared/store/schedule/schedule-page.ts'
import { unschedule } from '../../shared/store/schedule/unschedule.ts'
import type { Observer } from '../../shared/telemetry/events.ts'
import { epochMsOf } from '../../shared/time/timestamp.ts'

export interface EnqueueContext {
  store: DestinationStore
  queue: Pick<CallbackQueue, 'add'>
  observe: Observer
}

/**
 * Jobs first, in one write to the socket; then the schedule forgets them, unless somebody has moved them meanwhile. Whoever dies in
 * between has added jobs that another one finds there. When a callback is due its ledger says, and begin looks there again.
 */
export async function enqueuePage(
  context: EnqueueContext,
  { entries, nowMs }: SchedulePage,
): Promise<void> {
  const { store } = context
  const callbacks = entries.map(({ jobId }) => callbackOf(jobId))
  const ledgers = await readPutOff(store, {}, callbacks)
  const items = callbacks.flatMap((job, index) => itemOf(job, ledgers[index], nowMs) ?? [])
  await Promise.all(items.map((item) => addOrReport(context, item)))
  await unschedule(store, entries)
}

/** Undefined: its ledger knows of nothing that waits. */
function itemOf(
  { id, generation }: Pick<QueueItem, 'id' | 'generation'>,
  ledger: PutOff | undefined,
  nowMs: number,
): QueueItem | undefined {
  if (ledger?.generation !== generation) return undefined
  const { state, dueAt, acceptedAt, intent } = ledger
  if (state !== 'scheduled' && state !== 'retrying') return undefined
  const { priority, requestedAt = acceptedAt } = readableIntent(intent)
  const delayMs = Math.max(0, knownTime(dueAt, nowMs) - nowMs)
  return { id, generation, priority, requestedAtMs: knownTime(requestedAt, nowMs), delayMs }
}

/** One that nobody can read gets its job all the same: whoever has it says what is wrong. */
function readableIntent(intent: string | undefined): Partial<Intent> {
  try {
    return intent === undefined ? {} : decodeStoredIntent(intent)
  } catch {
    return {}
  }
}

function knownTime(text: string | undefined, nowMs: number): number {
  const ms = text === undefined ? NaN : epochMsOf(text)
  return Number.isNaN(ms) ? nowMs : ms
}

/** One that cannot be added holds up no other: the walk finds it when it is overdue, and says what is wrong. */
async function addOrReport(context: EnqueueContext, item: QueueItem): Promise<void> {
  try {
    await context.queue.add(item)
  } catch (error) {
    if (!isPoisonMessage(error)) throw error
    reportFailure(context, `${item.id}: ${messageOf(error)}`)
  }
}

export function reportFailure({ store, observe }: EnqueueContext, message: string): void {
  const { destination } = store.ref
  observe({ event: 'maintenance.failed', part: 'schedule', destination, message })
}
