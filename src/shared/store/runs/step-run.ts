import { maxIntentBytes } from '../../contract/intent.ts'
import {
  control,
  deadLetters,
  letterReasons,
  inbox,
  intake,
  results,
  retrying,
  run,
  schedule,
  stats,
} from '../../redis/destination-keys.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { callbackKey } from '../../redis/keys.ts'
import { defineScript } from '../../redis/script.ts'
import { pseudonymOf } from '../../telemetry/pseudonym.ts'
import { isoTimestamp } from '../../time/timestamp.ts'
import type { Candidate } from './candidate.ts'
import type { Run } from './run-record.ts'

export interface RunStep {
  chosen: readonly Candidate[]
  /** So many are left out, because Salesforce has them, or cannot say. */
  stillBooked: number
  unclear: number
  /** Behind the last of them; undefined: where it was. */
  cursor: string | undefined
  isWalked: boolean
  /** When the next one may go. */
  freeAtMs: number
  nowMs: number
  retentionMs: number
  /** Of the inbox, that a callback leaves which is cancelled in it. */
  group: string
}

interface StepRunInput {
  runId: string
  kind: string
  revision: number
  cursor: string | undefined
  isWalked: boolean
  freeAt: number
  upTo: number
  now: string
  nowMs: number
  retentionMs: number
  mostBytes: number
  stillBooked: number
  unclear: number
  group: string
  by: string | undefined
  decidedBy: string | undefined
  why: string | undefined
  chosen: readonly string[]
  ids: readonly string[]
}

const stepAt = defineScript<StepRunInput, boolean>({
  name: 'step-run',
  beside: import.meta.url,
  keys: {
    run,
    inbox,
    deadLetters,
    letterReasons,
    stats,
    control,
    results,
    intake,
    retrying,
    schedule,
    callbacks: (ref, { ids }) => ids.map((id) => callbackKey(ref, id)),
  },
  args: [
    'runId',
    'kind',
    'revision',
    'cursor',
    'isWalked',
    'freeAt',
    'upTo',
    'now',
    'nowMs',
    'retentionMs',
    'mostBytes',
    'stillBooked',
    'unclear',
    'group',
    'by',
    'why',
    'chosen',
  ],
  decode: (reply) => reply === 1,
})

/** What of a run decides what its step does. */
type StepOf = Pick<Run, 'id' | 'kind' | 'revision' | 'upToMs' | 'startedBy' | 'why'>

/** False if the run has changed since it was read: nothing was done. */
export function stepRun(
  store: DestinationStore,
  { id, kind, revision, upToMs, startedBy, why }: StepOf,
  step: RunStep,
): Promise<boolean> {
  const { chosen, nowMs } = step
  return stepAt(store, {
    runId: id,
    kind,
    revision,
    cursor: step.cursor,
    isWalked: step.isWalked,
    freeAt: step.freeAtMs,
    upTo: upToMs,
    now: isoTimestamp(nowMs),
    nowMs,
    retentionMs: step.retentionMs,
    mostBytes: maxIntentBytes,
    stillBooked: step.stillBooked,
    unclear: step.unclear,
    group: step.group,
    by: startedBy,
    decidedBy: startedBy && pseudonymOf(store.ref.namespace, startedBy),
    why,
    ids: chosen.map((each) => each.id),
    chosen: chosen.flatMap((each) => [each.id, each.updatedAt]),
  })
}
