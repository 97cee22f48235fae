import { handed, inbox } from '../../redis/destination-keys.ts'
import { defineScript } from '../../redis/script.ts'

export interface HandOverInput {
  intent: Buffer
  redriveOf: string | undefined
  /** The partition in whose inbox it lies. */
  from: number
  /** Its id there. */
  entryId: string
  /** For so long it is known that it was handed over. */
  keptMs: number
}

/** To the partition that is given. */
export const handOver = defineScript<HandOverInput, undefined>({
  name: 'hand-over',
  beside: import.meta.url,
  keys: { inbox, handed },
  args: ['intent', 'redriveOf', 'entryId', 'keptMs'],
  decode: () => undefined,
})
