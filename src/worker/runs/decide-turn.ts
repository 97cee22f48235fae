import type { Control } from '../../shared/store/control/inspect-control.ts'
import type { RunChanges } from '../../shared/store/runs/update-run.ts'
import { sends, type StateWhy } from '../../shared/store/runs/run-kinds.ts'
import { outstandingOf, type Run } from '../../shared/store/runs/run-record.ts'

export interface TurnFacts {
  run: Run
  control: Control
  /** Of the worker that asks. */
  holder: string
  /** After so long a worker that carries out a run and has fallen silent is replaced. */
  leaseMs: number
}

/** What a worker does for a run next. */
export type Turn =
  /** Nothing, now. */
  | { do: 'rest' }
  /** Nothing ever, unless somebody resumes it. */
  | { do: 'leave'; isOver: boolean }
  | { do: 'change'; changes: RunChanges; isOver?: true }
  /** Send, or discard, so many. */
  | { do: 'act'; most: number }

/** What one step may change: Redis does nothing else meanwhile. */
const mostInOneStep = 50
/** Each is a question to Salesforce first. */
const mostAskedInOneStep = 10
/** Of so many ends at least a share is told. */
const endsToJudge = 20
/** A third of a callback a second makes one in three seconds, and not a little less. */
const tiny = 1e-6

export function decideTurn(facts: TurnFacts): Turn {
  const { run, control, holder } = facts
  if (isHeldByOther(run, holder, control.nowMs)) return { do: 'rest' }
  const isCarriedOut = run.state === 'running' || run.state === 'waiting'
  if (!isCarriedOut) return afterIt(run)
  return endOf(run, control) ?? stopOf(run) ?? canaryTurn(run) ?? holdOf(run, control) ?? go(facts)
}

export function isHeldByOther(run: Run, holder: string, nowMs: number): boolean {
  return run.holder !== undefined && run.holder !== holder && run.heldUntilMs > nowMs
}

/** What was sent goes on its way, and is counted as it ends. */
function afterIt(run: Run): Turn {
  if (outstandingOf(run) > 0) return { do: 'rest' }
  return { do: 'leave', isOver: run.state !== 'paused' }
}

function endOf(run: Run, { nowMs }: Control): Turn | undefined {
  if (!run.isWalked || outstandingOf(run) > 0) return undefined
  const changes = { state: 'done', stateWhy: undefined, endedAt: nowMs } as const
  return { do: 'change', changes, isOver: true }
}

function stopOf({ recentEnds, pace }: Run): Turn | undefined {
  const dead = recentEnds.replaceAll('b', '').length
  const isFailing =
    recentEnds.length >= endsToJudge && dead * 100 >= recentEnds.length * pace.stopAtPercent
  return isFailing ? pausedFor('too-many-deaths') : undefined
}

function canaryTurn(run: Run): Turn | undefined {
  const { canary, isCanaryOver, goesOn } = run.pace
  if (canary === undefined || isCanaryOver || run.counts.sent < canary) return undefined
  // One that is all there is needs no answer.
  if (run.isWalked) return undefined
  if (outstandingOf(run) > 0) return { do: 'rest' }
  const { dead, cancelled } = run.counts
  if (goesOn && dead + cancelled === 0) return { do: 'change', changes: { isCanaryOver: true } }
  return pausedFor(dead > 0 ? 'canary-died' : 'canary')
}

function pausedFor(stateWhy: StateWhy): Turn {
  return { do: 'change', changes: pausedBy(stateWhy) }
}

/** By itself. */
export function pausedBy(stateWhy: StateWhy) {
  return { state: 'paused', stateWhy, holder: undefined, heldUntil: 0 } as const
}

/** To discard or to cancel takes nobody outside. */
function holdOf(run: Run, { dispatch, breaker }: Control): Turn | undefined {
  const isOpen = breaker?.state === 'open' || breaker?.state === 'half-open'
  const why = dispatch === undefined ? isOpen && 'breaker-open' : 'paused'
  if (!sends(run.kind) || why === false) {
    return run.state === 'waiting' ? runningAgain : undefined
  }
  if (run.state === 'waiting' && run.stateWhy === why) return { do: 'rest' }
  return { do: 'change', changes: { state: 'waiting', stateWhy: why } }
}

const runningAgain = { do: 'change', changes: { state: 'running', stateWhy: undefined } } as const

function go({ run, control: { nowMs }, holder, leaseMs }: TurnFacts): Turn {
  if (run.isWalked) return { do: 'rest' }
  const isLeased = run.holder === holder && run.heldUntilMs - nowMs > leaseMs / 2
  if (!isLeased) return { do: 'change', changes: { holder, heldUntil: nowMs + leaseMs } }
  const most = allowedNow(run, nowMs)
  return most > 0 ? { do: 'act', most } : { do: 'rest' }
}

function allowedNow(run: Run, nowMs: number): number {
  const { rate, mostOutstanding, canary, isCanaryOver } = run.pace
  if (!sends(run.kind)) return mostInOneStep
  const byCanary = canary === undefined || isCanaryOver ? Infinity : canary - run.counts.sent
  const byRate = rate === undefined ? Infinity : sinceFree(run, nowMs) * (rate / 1_000)
  const free = mostOutstanding - outstandingOf(run)
  const inOneStep = run.filter.verify === true ? mostAskedInOneStep : mostInOneStep
  return Math.floor(Math.min(inOneStep, byCanary, byRate + tiny, free))
}

/** What was not sent in time is not made up for: at most a second’s worth goes at once, or one where that is less. */
function sinceFree({ pace: { freeAtMs, rate = 1 } }: Run, nowMs: number): number {
  return Math.min(nowMs - freeAtMs, Math.max(1_000, 1_000 / rate))
}

/** When the next one may go, after so many have gone. */
export function freeAfter(run: Run, sent: number, nowMs: number): number {
  const { rate } = run.pace
  if (rate === undefined) return nowMs
  return nowMs - sinceFree(run, nowMs) + (sent * 1_000) / rate
}
