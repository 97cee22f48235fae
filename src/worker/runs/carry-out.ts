import { bridgeGroup } from '../../shared/store/inbox/inbox.ts'
import { readResults } from '../../shared/store/results/results.ts'
import { inspectControl } from '../../shared/store/control/inspect-control.ts'
import type { Candidate } from '../../shared/store/runs/candidate.ts'
import { countEnds } from '../../shared/store/runs/count-ends.ts'
import { readRunPage, type RunPage } from '../../shared/store/runs/run-page.ts'
import { outstandingOf, readRun, type Run } from '../../shared/store/runs/run-record.ts'
import { choose, type Selection } from '../../shared/store/runs/select.ts'
import { stepRun } from '../../shared/store/runs/step-run.ts'
import { updateRun } from '../../shared/store/runs/update-run.ts'
import type { DestinationStore } from '../../shared/redis/destination-store.ts'
import type { Observer } from '../../shared/telemetry/events.ts'
import type { CallbackQueue } from '../../queue/callback-queue.ts'
import type { NumberKeyOf } from '../number-keys.ts'
import type { Verification } from '../attempt/context.ts'
import { decideTurn, freeAfter, isHeldByOther, pausedBy, type Turn } from './decide-turn.ts'
import { stillGone, type Asked } from './still-gone.ts'

export interface RunContext {
  store: DestinationStore
  queue: Pick<CallbackQueue, 'remove'>
  /** How Salesforce is asked what it still has; undefined where the destination does not verify. */
  verification: Verification | undefined
  /** Of what is asked of Salesforce: the worker stops. */
  signal: AbortSignal
  observe: Observer
  numberKeyOf?: NumberKeyOf
  /** Of this process alone. */
  holder: string
  leaseMs: number
  retentionMs: number
}

/** `again`: there is more to do at once. */
export type Progress = 'again' | 'rest'

const lettersInOnePage = 200
const resultsInOnePage = 1_000

/** One turn of one run: counts ends, decides, and does one bounded thing. Whoever is too late has done nothing. */
export async function carryOut(context: RunContext, id: string): Promise<Progress> {
  const { store, holder, leaseMs } = context
  const found = await readRun(store, id)
  if (found === undefined) return 'rest'
  const control = await inspectControl(store, { rate: undefined })
  if (isHeldByOther(found, holder, control.nowMs)) return 'rest'
  const run = await withNewEnds(store, found)
  const turn = decideTurn({ run, control, holder, leaseMs })
  return takeTurn(context, { run, turn, nowMs: control.nowMs })
}

/** With the ends that have come since they were counted last. */
async function withNewEnds(store: DestinationStore, run: Run): Promise<Run> {
  if (outstandingOf(run) === 0) return run
  const page = { afterEntryId: run.resultsCursor, count: resultsInOnePage }
  const results = await readResults(store, page)
  if (results.length === 0) return run
  await countEnds(store, run, results)
  return (await readRun(store, run.id)) ?? run
}

interface Taking {
  run: Run
  turn: Turn
  nowMs: number
}

async function takeTurn(context: RunContext, { run, turn, nowMs }: Taking): Promise<Progress> {
  const { store, retentionMs } = context
  switch (turn.do) {
    case 'rest':
      return 'rest'
    case 'leave':
      await updateRun(store, run, {
        changes: {},
        isActive: false,
        ...(turn.isOver && { keepMs: retentionMs }),
      })
      return 'rest'
    case 'change': {
      const { changes, isOver } = turn
      const over = isOver === true ? { isActive: false, keepMs: retentionMs } : {}
      const isChanged = await updateRun(store, run, { changes, ...over })
      if (isChanged) report(context, run, turn.changes)
      return 'again'
    }
    case 'act':
      return act(context, { run, most: turn.most, nowMs })
  }
}

interface Acting {
  run: Run
  most: number
  nowMs: number
}

async function act(context: RunContext, { run, most, nowMs }: Acting): Promise<Progress> {
  const { store, queue, retentionMs } = context
  const page = await readRunPage(store, run, lettersInOnePage)
  const numberKey = await numberKeyFor(context, run)
  const { chosen, cursor, isWalked } = firstOf(page, run, { most, nowMs, numberKey })
  const asked = await verified(context, run, chosen)
  if (asked.kind === 'later') return 'rest'
  if (asked.kind === 'never') return cannotVerify(context, run, asked.message)
  const { gone, stillBooked, unclear } = asked
  const freeAtMs = freeAfter(run, gone.length, nowMs)
  const where = { cursor, isWalked, freeAtMs, nowMs, retentionMs, group: bridgeGroup }
  const isDone = await stepRun(store, run, { ...where, chosen: gone, stillBooked, unclear })
  // A job that stays, because whoever is to remove it dies, finds in the ledger that there is nothing to do.
  if (isDone && run.kind === 'cancel') await Promise.all(chosen.map((each) => queue.remove(each)))
  return 'again'
}

/** All of them, where nobody has asked that Salesforce be asked. */
async function verified(
  { store, verification, signal }: RunContext,
  { filter }: Run,
  chosen: Candidate[],
): Promise<Asked> {
  if (filter.verify !== true) return { kind: 'answered', gone: chosen, stillBooked: 0, unclear: 0 }
  if (verification === undefined)
    return { kind: 'never', message: 'This destination does not verify.' }
  return stillGone(chosen, { store, verification, signal })
}

async function cannotVerify(context: RunContext, run: Run, message: string): Promise<Progress> {
  const { store, observe } = context
  const { destination } = store.ref
  observe({
    event: 'maintenance.failed',
    part: 'runs',
    destination,
    message: `${run.id}: ${message}`,
  })
  const changes = pausedBy('cannot-verify')
  if (await updateRun(store, run, { changes })) report(context, run, changes)
  return 'again'
}

/** Only what is about a number needs it. */
async function numberKeyFor({ store, numberKeyOf }: RunContext, { filter }: Run) {
  return filter.numberPrint === undefined ? undefined : await numberKeyOf?.(store.ref)
}

interface Share {
  chosen: Candidate[]
  cursor: string | undefined
  isWalked: boolean
}

/** No more than may go now. What was looked at and is not meant is left behind with them. */
function firstOf(
  { candidates, next, isLast }: RunPage,
  { kind, filter, id }: Run,
  { most, nowMs, numberKey }: Pick<Acting, 'most' | 'nowMs'> & Pick<Selection, 'numberKey'>,
): Share {
  const selection = { kind, filter, runId: id, nowMs, numberKey }
  const taken = candidates.filter((each) => choose(each, selection) === 'taken')
  const chosen = taken.slice(0, most)
  const isWhole = chosen.length === taken.length
  return {
    chosen,
    cursor: isWhole ? next : chosen.at(-1)?.position,
    isWalked: isWhole && isLast,
  }
}

function report(
  { store, observe }: RunContext,
  { id, kind }: Run,
  { state, stateWhy }: { state?: Run['state']; stateWhy?: string | undefined },
): void {
  if (state === undefined) return
  const { destination } = store.ref
  observe({ event: 'run.changed', destination, run: id, kind, state, why: stateWhy })
}
