import { maxIntentBytes } from '../../contract/intent.ts'
import { control, deadLetters, inbox, run, stats } from '../../redis/destination-keys.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { callbackKey } from '../../redis/keys.ts'
import { defineScript } from '../../redis/script.ts'
import { isoTimestamp } from '../../time/timestamp.ts'
import type { Candidate } from './candidate.ts'
import type { Run } from './run-record.ts'

export interface RunStep {
  chosen: readonly Candidate[]
  /** Behind the last of them; undefined: where it was. */
  cursor: string | undefined
  isWalked: boolean
  /** When the next one may go. */
  freeAtMs: number
  nowMs: number
  retentionMs: number
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
  retentionMs: number
  mostBytes: number
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
    stats,
    control,
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
    'retentionMs',
    'mostBytes',
    'chosen',
  ],
  decode: (reply) => reply === 1,
})

/** False if the run has changed since it was read: nothing was done. */
export function stepRun(
  store: DestinationStore,
  { id, kind, revision, upToMs }: Pick<Run, 'id' | 'kind' | 'revision' | 'upToMs'>,
  { chosen, cursor, isWalked, freeAtMs, nowMs, retentionMs }: RunStep,
): Promise<boolean> {
  return stepAt(store, {
    runId: id,
    kind,
    revision,
    cursor,
    isWalked,
    freeAt: freeAtMs,
    upTo: upToMs,
    now: isoTimestamp(nowMs),
    retentionMs,
    mostBytes: maxIntentBytes,
    ids: chosen.map((each) => each.id),
    chosen: chosen.flatMap((each) => [each.id, each.updatedAt]),
  })
}
