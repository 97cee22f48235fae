import { tracingChannel } from 'node:diagnostics_channel'

/**
 * Every side effect on a callback's way, in the order of the way. Between any two of them a process may die, and what
 * happens then is a promise of ours: test/scenario/crash-at-every-step.test.ts kills real processes before and after each
 * step of this table, and does not compile until a new one has its scene.
 */
export const stepTable = {
  'destination.register':
    'a destination is named in the registry, by whoever serves it, sends to it or has met its keys',
  'functions.load':
    'the functions that senders call are loaded, in place of older ones (FUNCTION LOAD)',
  heartbeat: 'a worker says that it is alive, and by which settings it works (heartbeat.lua)',
  'keep-minute': 'what a minute came to is written into the history (keep-minute.lua)',
  'walk.lease': 'a worker takes, or renews, the lease to walk the keys (SET NX, or PEXPIRE)',
  accept: 'a producer’s submission becomes a promise: ledger and inbox entry (accept.lua)',
  'inbox.add': 'an entry is put into the inbox unchecked (XADD)',
  'door-to-inbox':
    'what lies at the door goes into the inbox, and is accepted with that (door-to-inbox.lua)',
  'inbox.group': 'the consumer group of an inbox is created',
  'fix-partitions':
    'a worker says how many partitions a destination has, if nobody has said it before (fix-partitions.lua)',
  'inbox.read': 'the bridge waits for new entries and is given them (XREADGROUP)',
  'inbox.reread': 'the bridge looks again at what it was given and could not move',
  'inbox.claim': 'the bridge takes over what a dead one was given (XAUTOCLAIM)',
  'inbox.forget': 'a bridge that has been silent for a day is removed from the consumer group',
  'number-key': 'a worker keeps the key by which callbacks are found by number, or its print (SET)',
  'keys.publish': 'a worker publishes the keys to which producers seal numbers (SET)',
  'hand-over': 'an entry that belongs to another partition goes into its inbox (hand-over.lua)',
  'let-go': 'an entry that was handed over leaves the inbox (let-go.lua)',
  open: 'the ledgers of entries are opened (open.lua)',
  bury: 'an entry that cannot become a callback becomes a dead letter (bury.lua)',
  'queue.add': 'the callback’s job is put on the queue',
  confirm: 'callbacks are scheduled, and their entries leave the inbox (confirm.lua)',
  unschedule: 'what the queue has by now leaves the schedule (unschedule.lua)',
  'take-expired':
    'callbacks whose time is over are taken from their index, to be ended (take-expired.lua)',
  'queue.wait':
    'a worker waits until there is a job, or is about to be one, and takes the sign of it (BZPOPMIN)',
  admit: 'a worker is told whether a callback may go now, and takes that moment for it (admit.lua)',
  begin: 'an attempt is opened in the ledger (begin.lua)',
  'salesforce.send': 'the request goes out: the connection is there … its last byte has left',
  'salesforce.answer': 'the answer is read: its head is there … its end is',
  settle: 'what an attempt came to is recorded, with the end if it is one (settle.lua)',
  'token.send':
    'the same as the request for an access token goes out, where an outcome is verified',
  'token.answer': 'the access token is read',
  'query.send': 'the query goes out whether an uncertain attempt was booked',
  'query.answer': 'the answer to it is read',
  verify: 'what that means for the callback is recorded, with the end if it is one (verify.lua)',
  'follow-breaker':
    'what the breaker of a partition has come to, or a limit that was named there, holds for another one too (follow-breaker.lua)',
  release: 'an attempt counts no longer as under way, or as a probe (release.lua)',
  'queue.hand-back': 'a job is given back that may not go now',
  'queue.delay': 'the queue is told when the next attempt is due',
  'queue.finish': 'the queue is told that nothing is left to do',
  'queue.retry': 'a job that failed unexpectedly is put back',
  'queue.promote': 'an overdue job is promoted',
  'queue.remove':
    'a job is removed from the queue: to be added again, or because its callback was cancelled or erased',
  relist: 'a dead letter is put back into the index that had lost it (relist.lua)',
  unlist: 'an id that is not a dead letter is removed from their index (unlist.lua)',
  locate:
    'a callback that an older version took in is found by call and number from now on (locate.lua)',
  prune: 'what names forgotten callbacks leaves the indexes by call and number (prune.lua)',
  redrive: 'a dead letter goes through the inbox again (redrive.lua)',
  resolve: 'somebody has said whether an uncertain callback was booked (resolve.lua)',
  discard: 'a dead letter is discarded (discard.lua)',
  'plan-run': 'a plan is kept: which callbacks are to be sent again, or discarded (plan-run.lua)',
  'update-run':
    'a run is started, paused or ended, by somebody or by the worker that carries it out (update-run.lua)',
  'step-run':
    'the next callbacks of a run go through the inbox again, or are discarded (step-run.lua)',
  'count-ends': 'it is counted how callbacks of a run have ended (count-ends.lua)',
  cancel: 'a callback is cancelled, or is to end as cancelled unless it is booked (cancel.lua)',
  'results.group': 'the group of a consumer of results is created',
  'results.read': 'a consumer of the library is given results (XREADGROUP)',
  'results.claim': 'a consumer takes over what another one has held for long (XAUTOCLAIM)',
  'results.acknowledge': 'a consumer has dealt with a result (XACK)',
  'wish.answer':
    'what became of a cancel or a reschedule in the inbox is told to whoever sent it (SET)',
  reschedule: 'a callback that waits is due at another time (reschedule.lua)',
  pause: 'nothing more is sent, or taken in, until somebody resumes (pause.lua)',
  resume: 'what was paused goes on (resume.lua)',
  'set-rate': 'the rate is another one, for all workers (set-rate.lua)',
  erase:
    'a callback is forgotten, with its inbox entry and its place among the dead letters (erase.lua)',
  'erase-entry': 'an inbox entry is forgotten before it became a callback (erase-entry.lua)',
  'erase.records': 'the owners of ContactRequests are forgotten, where the id contains a number',
  'erase.result': 'an entry of the results is forgotten',
  'erase.event': 'an event that BullMQ kept is forgotten',
  'audit.add': 'what an operator did is written into the operators’ log (XADD)',
  realign: 'the ids of a stream are brought back to Redis’ clock (realign.lua)',
  retime: 'a callback that a wrong clock or id has put off counts as accepted now (retime.lua)',
  'heartbeat.end': 'a worker that stops is no longer counted as alive',
} as const

export type Step = keyof typeof stepTable

/** What a step is about, as far as whoever takes it knows. */
export interface StepSubject {
  readonly destination?: string | undefined
  /** The callback's. */
  readonly id?: string | undefined
  readonly generation?: number | undefined
  /** Counted over all generations, from 1. */
  readonly attempt?: number | undefined
  /** The intent's W3C trace context. */
  readonly traceparent?: string | undefined
  /** The run's that it is a part of. */
  readonly runId?: string | undefined
  /** Who has decided it, by a pseudonym. */
  readonly decidedBy?: string | undefined
}

/**
 * What subscribers of {@link stepChannel} get: the same object from the beginning of a step to its end. Never a token or a key,
 * nor a number that no producer made part of an id; so never what a step came to, which Node would put into `result`.
 */
export interface StepMessage extends StepSubject {
  readonly step: Step
  /** Of a step that has failed: on `error`, and on the `asyncStart` and `asyncEnd` that follow it. */
  error?: unknown
}

/** Name of the tracing channel. */
export const stepChannel = 'ringback:step'

const published = tracingChannel<unknown, StepMessage>(stepChannel)

/** A step whose end is not a call of ours: BullMQ and got say when it has come. What is said first counts. */
export interface OpenStep {
  succeed(): void
  fail(error: unknown): void
}

/** Says that a step begins that somebody else takes for us. Undefined while nobody listens: then its end need not be heard. */
export function openStep(step: Step, subject: StepSubject): OpenStep | undefined {
  if (!published.hasSubscribers) return undefined
  const message = messageOf(step, subject)
  published.start.publish(message)
  published.end.publish(message)
  let isOver = false
  const once = (say: () => void) => {
    if (!isOver) say()
    isOver = true
  }
  return {
    succeed: () => once(() => conclude(message)),
    fail: (error) => once(() => concludeFailed(message, error)),
  }
}

/**
 * Does what a step consists of. What it does runs within the stores that subscribers have bound to `start`, so that a tracer
 * sees which commands belong to it. While nobody listens it is no more than the call.
 */
export function takeStep<Result>(
  step: Step,
  subject: StepSubject,
  act: () => Promise<Result>,
): Promise<Result> {
  return published.hasSubscribers ? takeWatchedStep(messageOf(step, subject), act) : act()
}

/** Node's own `tracePromise`, but for `result`. */
async function takeWatchedStep<Result>(
  message: StepMessage,
  act: () => Promise<Result>,
): Promise<Result> {
  const acting = published.start.runStores(message, async () => await act())
  published.end.publish(message)
  try {
    const result = await acting
    conclude(message)
    return result
  } catch (error) {
    concludeFailed(message, error)
    throw error
  }
}

function messageOf(
  step: Step,
  { destination, id, generation, attempt, traceparent, runId, decidedBy }: StepSubject,
): StepMessage {
  return { step, destination, id, generation, attempt, traceparent, runId, decidedBy }
}

function conclude(message: StepMessage): void {
  published.asyncStart.publish(message)
  published.asyncEnd.publish(message)
}

function concludeFailed(message: StepMessage, error: unknown): void {
  message.error = error
  published.error.publish(message)
  conclude(message)
}
