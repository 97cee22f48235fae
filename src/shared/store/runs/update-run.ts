import { activeRuns, run } from '../../redis/destination-keys.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { defineScript } from '../../redis/script.ts'
import type { Run } from './run-record.ts'
import type { RunState, StateWhy } from './run-kinds.ts'

/** Fields of the record by their names there; undefined takes one away. */
export interface RunChanges {
  state?: RunState
  stateWhy?: StateWhy | undefined
  stateBy?: string | undefined
  stateReason?: string | undefined
  startedAt?: number
  startedBy?: string | undefined
  endedAt?: number
  rate?: number | undefined
  mostOutstanding?: number
  canary?: number | undefined
  isCanaryOver?: boolean
  goesOn?: boolean
  stopAt?: number
  freeAt?: number
  recentEnds?: undefined
  resultsCursor?: string
  holder?: string | undefined
  heldUntil?: number
}

export interface RunUpdate {
  changes: RunChanges
  /** Whether workers have something to do for it from now on; missing: as before. */
  isActive?: boolean
  /** How long it is kept from now on; 0: as long as nobody says otherwise. Missing: as before. */
  keepMs?: number
}

interface UpdateRunInput {
  runId: string
  revision: number
  isActive: string | undefined
  keepMs: number | undefined
  changes: readonly string[]
}

const updateAt = defineScript<UpdateRunInput, boolean>({
  name: 'update-run',
  beside: import.meta.url,
  keys: { run, activeRuns },
  args: ['runId', 'revision', 'isActive', 'keepMs', 'changes'],
  decode: (reply) => reply === 1,
})

/** False if it has changed since it was read: nothing was done. */
export function updateRun(
  store: DestinationStore,
  { id, revision }: Pick<Run, 'id' | 'revision'>,
  { changes, isActive, keepMs }: RunUpdate,
): Promise<boolean> {
  return updateAt(store, {
    runId: id,
    revision,
    isActive: isActive === undefined ? undefined : asFlag(isActive),
    keepMs,
    changes: Object.entries<RunChanges[keyof RunChanges]>({ ...changes }).flatMap(
      ([name, value]) => [name, asField(value)],
    ),
  })
}

function asField(value: string | number | boolean | undefined): string {
  if (value === undefined) return ''
  return typeof value === 'boolean' ? asFlag(value) : String(value)
}

function asFlag(value: boolean): string {
  return value ? '1' : '0'
}
