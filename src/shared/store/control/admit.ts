import { holdReasons, type Admission } from '../../delivery/admission.ts'
import { control, dueJobs, inFlight, pace, waitingJobs } from '../../redis/destination-keys.ts'
import { asList, asOneOf, asOptionalText, asText, unexpected } from '../../redis/reply.ts'
import { defineScript } from '../../redis/script.ts'

export interface AdmitInput {
  /** Unique to what is to go, also where it asks again. */
  claim: string
  /** Attempts a second, as configured; undefined for no limit. */
  rate: number | undefined
  maxInFlight: number | undefined
  /** Of the rate, for what is requested while a backlog drains. */
  livePercent: number
  /** Whether it is asked for a job that was fetched already. */
  hasJob: boolean
  lookaheadMs: number
  /** How long an attempt may be under way. */
  leaseMs: number
}

export const admit = defineScript<AdmitInput, Admission>({
  name: 'admit',
  beside: import.meta.url,
  keys: { control, pace, inFlight, dueJobs, waitingJobs },
  args: ['claim', 'rate', 'maxInFlight', 'livePercent', 'hasJob', 'lookaheadMs', 'leaseMs'],
  decode: decodeAdmission,
})

function decodeAdmission(reply: unknown): Admission {
  const [kind, ...rest] = asList(reply)
  switch (kind) {
    case 'go': {
      const [us, gapUs, version, claim, cause] = rest
      const pass = {
        claim: asText(claim),
        version: asText(version),
        probeOf: asOptionalText(cause),
      }
      return { kind, afterMs: Number(us) / 1000, gapMs: Number(gapUs) / 1000, pass }
    }
    case 'free': {
      const pass = { claim: undefined, version: asText(rest[0]), probeOf: undefined }
      return { kind, pass }
    }
    case 'held':
      return { kind, reason: asOneOf(rest[0], holdReasons), ms: Number(rest[1]) }
    case 'wait':
      return { kind, ms: Number(rest[0]) }
    case 'idle':
      return { kind }
    default:
      throw unexpected(kind)
  }
}
