import { control, inFlight } from '../../redis/destination-keys.ts'
import { defineScript } from '../../redis/script.ts'

export interface ReleaseInput {
  claim: string
}

/** True if it was a probe of which nothing was heard: the next one need not wait for it. */
export const release = defineScript<ReleaseInput, boolean>({
  name: 'release',
  beside: import.meta.url,
  keys: { control, inFlight },
  args: ['claim'],
  decode: (reply) => reply === 1,
})
