import { control } from '../../redis/destination-keys.ts'
import { asList, asOneOf, asOptionalText, asText } from '../../redis/reply.ts'
import { defineReadingScript } from '../../redis/script.ts'

/** How it stands with the breaker of a partition. Times are ms from the moment it was asked. */
export interface PartitionBreaker {
  state: 'closed' | 'open' | 'ramp'
  /** By which it is told whether it still stands so. */
  seen: string
  /** Epoch ms, of whoever found the outage first: all that follow have the same. 0: none is known. */
  since: number
  /** Until it may send a probe, or, while one is under way, until that one counts as lost. Undefined: it may now. */
  heldForMs: number | undefined
  isProbing: boolean
  /** Probes that have failed. */
  tries: number
  cause: string
  code: string
  message: string
  /** The partition that it follows; undefined: it has found out for itself. */
  of: string | undefined
  ramp: Ramp | undefined
  /** What limits have left of the rate: 1 for all of it. */
  share: number
  limit: Limit | undefined
}

export interface Ramp {
  ageMs: number
  rampMs: number
}

export interface Limit {
  /** To which the last one that was named has cut the rate. */
  share: number
  ageMs: number
  forMs: number
}

export const inspectBreaker = defineReadingScript<object, PartitionBreaker>({
  name: 'inspect-breaker',
  beside: import.meta.url,
  keys: { control },
  args: [],
  decode: (reply) => {
    const [state, seen, since, held, probing, tries, cause, code, message, of, ...rest] =
      asList(reply)
    const [rampAge, rampMs, share, ...limit] = rest
    const heldFor = asOptionalText(held)
    return {
      state: asOneOf(state, ['closed', 'open', 'ramp']),
      seen: asText(seen),
      since: Number(since),
      heldForMs: heldFor === undefined ? undefined : Number(heldFor),
      isProbing: probing === 1,
      tries: Number(tries),
      cause: asText(cause),
      code: asText(code),
      message: asText(message),
      of: asOptionalText(of),
      ramp: state === 'ramp' ? { ageMs: Number(rampAge), rampMs: Number(rampMs) } : undefined,
      share: Number(share),
      limit: limitIn(limit),
    }
  },
})

function limitIn([share, age, left]: readonly unknown[]): Limit | undefined {
  if (share === undefined) return undefined
  return { share: Number(share), ageMs: Number(age), forMs: Number(left) }
}
