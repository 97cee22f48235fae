import { run, runs } from '../../redis/destination-keys.ts'
import { defineScript } from '../../redis/script.ts'

export interface PlanRunInput {
  runId: string
  createdAt: number
  ttlMs: number
  /** Names and values in turn. */
  said: readonly string[]
}

/** False if there is one of this id. */
export const planRun = defineScript<PlanRunInput, boolean>({
  name: 'plan-run',
  beside: import.meta.url,
  keys: { run, runs },
  args: ['runId', 'createdAt', 'ttlMs', 'said'],
  decode: (reply) => reply === 1,
})
