import { control } from '../../redis/destination-keys.ts'
import { asList, asOptionalText } from '../../redis/reply.ts'
import { defineScript } from '../../redis/script.ts'

/** `dispatch`: what is sent. `intake`: what is taken in. */
export type Pausable = 'dispatch' | 'intake'

export interface PauseInput {
  what: Pausable
  /** Who pauses and why, as they say; neither may hold a number. */
  by: string | undefined
  why: string | undefined
  /** Undefined: until somebody resumes. */
  forMs: number | undefined
}

/** Epoch ms, Redis' time. */
export interface Pause {
  sinceMs: number
  untilMs: number | undefined
}

export const pause = defineScript<PauseInput, Pause>({
  name: 'pause',
  beside: import.meta.url,
  keys: { control },
  args: ['what', 'by', 'why', 'forMs'],
  decode: (reply) => {
    const [since, until] = asList(reply)
    const untilText = asOptionalText(until)
    return {
      sinceMs: Number(since),
      untilMs: untilText === undefined ? undefined : Number(untilText),
    }
  },
})
