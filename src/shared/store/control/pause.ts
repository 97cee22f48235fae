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
  /** What was said of a pause that was there, and is no longer: it may have ended by now. */
  replaced: ReplacedPause | undefined
}

export interface ReplacedPause {
  untilMs: number | undefined
  by: string | undefined
  why: string | undefined
}

export const pause = defineScript<PauseInput, Pause>({
  name: 'pause',
  beside: import.meta.url,
  keys: { control },
  args: ['what', 'by', 'why', 'forMs'],
  decode: (reply) => {
    const [since, until, before, beforeUntil, by, why] = asList(reply)
    const replaced = {
      untilMs: timeIn(beforeUntil),
      by: asOptionalText(by),
      why: asOptionalText(why),
    }
    return {
      sinceMs: Number(since),
      untilMs: timeIn(until),
      replaced: asOptionalText(before) === undefined ? undefined : replaced,
    }
  },
})

function timeIn(value: unknown): number | undefined {
  const text = asOptionalText(value)
  return text === undefined ? undefined : Number(text)
}
