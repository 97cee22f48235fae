import type { Intent } from '../../shared/contract/intent.ts'
import { messageOf } from '../../shared/errors/errors.ts'
import { readStoredPromise, type StoredPromise } from '../../shared/store/ledger/read-promise.ts'
import { placesOf, type NumberKey } from '../../shared/store/ledger/places.ts'
import { decodeStoredIntent } from '../../shared/store/ledger/stored-intent.ts'
import type { DestinationStore } from '../../shared/redis/destination-store.ts'
import { callbackKey } from '../../shared/redis/keys.ts'
import { inspectControl } from '../../shared/store/control/inspect-control.ts'
import { relist } from '../../shared/store/dead-letters/relist.ts'
import { locate } from '../../shared/store/lookup/locate.ts'
import { readScheduledMs } from '../../shared/store/schedule/scheduled.ts'
import { inspect, type Finding } from '../../shared/store/reconciliation/inspect.ts'
import type { Observer, ReconciliationProblem } from '../../shared/telemetry/events.ts'
import { epochMsOf } from '../../shared/time/timestamp.ts'
import type { Unseal } from '../../shared/sealing/unseal.ts'
import { isPoisonMessage } from '../../shared/redis/poison.ts'
import { isReply } from '../../shared/redis/redis-errors.ts'
import type { CallbackQueue, JobHealth, QueueItem } from '../../queue/callback-queue.ts'
import { dispatchStateOf } from '../dispatch-state.ts'
import { withoutSealKeys } from '../sealing/sealing.ts'

export interface ResolveContext {
  store: DestinationStore
  /** Made when it is asked for: most destinations never need it. */
  queue: () => CallbackQueue
  observe: Observer
  /** ISO. Who is past it has waited too long. */
  at: string
  /** By which callbacks are placed. */
  numberKey: NumberKey | undefined
  /** Undefined: there are no keys, so that nothing can be unsealed. */
  unseal?: Unseal | undefined
}

/** What became of a finding. */
export type Resolution =
  | { kind: 'healthy' | 'recovered' | 'relisted' | 'placed' | 'failed' }
  | { kind: 'unreconciled'; id: string; problem: ReconciliationProblem }

type Overdue = Extract<Finding, { kind: 'overdue' }>
type Unplaced = Extract<Finding, { kind: 'unplaced' }>
type Unlisted = Extract<Finding, { kind: 'unlisted' }>

const healthy = { kind: 'healthy' } as const

/** Rejects for trouble of Redis only: one callback that nobody can read holds up no other. */
export async function resolveFinding(
  context: ResolveContext,
  finding: Finding,
): Promise<Resolution> {
  const { id } = finding
  switch (finding.kind) {
    case 'unreadable':
      return { kind: 'unreconciled', id, problem: finding.problem }
    case 'unlisted':
      return await relistDeadLetter(context, finding)
    case 'unplaced':
      return await placeCallback(context, finding)
    case 'overdue':
      return await recoverJob(context, finding).catch((error: unknown) =>
        explainFailure(context, id, error),
      )
  }
}

/** BullMQ stumbles over a job that is none: over its key's type, or over what it holds. Any other failure is ours. */
function explainFailure(
  { store, observe }: ResolveContext,
  id: string,
  error: unknown,
): Resolution {
  if (!isPoisonMessage(error)) throw error
  if (isReply(error) || error instanceof SyntaxError) {
    return { kind: 'unreconciled', id, problem: 'unreadable-job' }
  }
  const message = `${id}: ${messageOf(error)}`
  observe({
    event: 'maintenance.failed',
    part: 'walk',
    destination: store.ref.destination,
    message,
  })
  return { kind: 'failed' }
}

async function relistDeadLetter(
  { store, observe }: ResolveContext,
  { id, diedAt }: Unlisted,
): Promise<Resolution> {
  const { destination } = store.ref
  const diedAtMs = epochMsOf(diedAt)
  // A time that cannot be read puts it first in the list, where somebody sees it.
  const score = Number.isNaN(diedAtMs) ? 0 : diedAtMs
  if (!(await relist(store, { id, diedAtMs: score }))) return healthy
  observe({ event: 'dead-letter.relisted', destination, id })
  return { kind: 'relisted' }
}

/** An older version took it in, or another key was given then. */
async function placeCallback(
  { store, numberKey, unseal = withoutSealKeys.unseal }: ResolveContext,
  { id, acceptedAt }: Unplaced,
): Promise<Resolution> {
  const { intent } = await readStoredPromise(store, id)
  const read = intent === undefined ? undefined : readableIntent(intent)
  if (intent === undefined || read === undefined || numberKey === undefined) return healthy
  const unsealed = await unseal(read.callbackNumber)
  // It is found by its number as little as before.
  if (unsealed.kind !== 'number') return healthy
  const acceptedMs = epochMsOf(acceptedAt)
  const reply = await locate(store, {
    ...placesOf(numberKey, read, unsealed.number),
    id,
    intent,
    // A time that cannot be read makes it the oldest.
    acceptedMs: Number.isNaN(acceptedMs) ? 0 : acceptedMs,
  })
  return reply === 'placed' ? { kind: 'placed' } : healthy
}

/** Puts it on the queue without a delay, or ends its delay: it is due, and *begin* knows if it is not. */
async function recoverJob(context: ResolveContext, overdue: Overdue): Promise<Resolution> {
  const { store, queue, observe } = context
  const { id, generation, state } = overdue
  const rank = rankOf(await readStoredPromise(store, id))
  if (rank === undefined) return { kind: 'unreconciled', id, problem: 'unreadable-intent' }
  const jobs = queue()
  const health = await healthOf(context, overdue)
  if (health === 'healthy' || !(await isStillOverdue(context, overdue))) return healthy
  // Due jobs are moved on when one is fetched, and none is while nothing may be sent.
  if (health === 'delayed' && (await isHeld(store))) return healthy
  if (health === 'delayed') await jobs.promote({ id, generation })
  else await jobs.reenqueue({ id, generation, ...rank, delayMs: 0 })
  const why = `the ledger says ${state}, the queue had ${had[health]}`
  observe({ event: 'job.recovered', destination: store.ref.destination, id, why })
  return { kind: 'recovered' }
}

/** What the schedule still has will get its job as everything that is due, unless it says another time than the ledger. */
async function healthOf(
  { store, queue, at }: ResolveContext,
  { id, generation }: Overdue,
): Promise<JobHealth> {
  const health = await queue().jobHealth({ id, generation })
  if (health !== 'missing') return health
  const scheduledMs = await readScheduledMs(store, { id, generation })
  return scheduledMs !== undefined && scheduledMs <= epochMsOf(at) ? 'healthy' : health
}

async function isHeld(store: DestinationStore): Promise<boolean> {
  return dispatchStateOf(await inspectControl(store, { rate: undefined })) !== 'running'
}

const had: Record<Exclude<JobHealth, 'healthy'>, string> = {
  missing: 'no job',
  broken: 'a job that no worker would have come to',
  // By the clock of a machine that was wrong, or is.
  delayed: 'a job that waited past its time',
}

/**
 * A job goes only after its ledger has been settled. So a ledger that is the same as before, read after the job was found
 * missing, is not a callback that has just ended.
 */
async function isStillOverdue(
  { store, at }: ResolveContext,
  { id, generation }: Overdue,
): Promise<boolean> {
  const [found] = await inspect(store, { keys: [callbackKey(store.ref, id)], at })
  return found?.kind === 'overdue' && found.generation === generation
}

/** Where its job belongs among those that are due; undefined: nobody can read its intent. */
function rankOf({
  intent,
  acceptedAt = '',
}: StoredPromise): Pick<QueueItem, 'priority' | 'requestedAtMs'> | undefined {
  const read = intent === undefined ? undefined : readableIntent(intent)
  if (read === undefined) return undefined
  const requestedAtMs = epochMsOf(read.requestedAt ?? acceptedAt)
  // A time that cannot be read: it has waited long enough.
  const isKnown = !Number.isNaN(requestedAtMs)
  return { priority: read.priority, requestedAtMs: isKnown ? requestedAtMs : 0 }
}

function readableIntent(intent: string): Intent | undefined {
  try {
    return decodeStoredIntent(intent)
  } catch {
    return undefined
  }
}
