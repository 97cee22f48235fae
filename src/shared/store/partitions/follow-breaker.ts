import { breaker, control } from '../../redis/destination-keys.ts'
import { defineScript } from '../../redis/script.ts'

export interface FollowBreakerInput {
  /** As the partition was seen when it was decided. */
  seen: string
  to: 'open' | 'ramp' | 'slow'
  /** The sibling. */
  of: string
  /** Of its outage. */
  since?: number
  tries?: number
  cause?: string
  code?: string
  message?: string
  forMs?: number | undefined
  ageMs?: number | undefined
  rampMs?: number | undefined
  share?: number
}

/** False if it stands otherwise with the partition by now: nothing was changed. */
export const followBreaker = defineScript<FollowBreakerInput, boolean>({
  name: 'follow-breaker',
  beside: import.meta.url,
  keys: { control, breaker },
  args: [
    'seen',
    'to',
    'of',
    'since',
    'tries',
    'cause',
    'code',
    'message',
    'forMs',
    'ageMs',
    'rampMs',
    'share',
  ],
  decode: (reply) => reply === 1,
})
