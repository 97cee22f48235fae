import { control } from '../../redis/destination-keys.ts'
import { asList, asOptionalText, asText, inGroupsOf } from '../../redis/reply.ts'
import { defineReadingScript } from '../../redis/script.ts'

export interface InspectControlInput {
  /** Attempts a second, as the workers are configured; undefined for no limit. */
  rate: number | undefined
}

/** What people and the breaker have decided about a destination. Times are epoch ms, Redis' own. */
export interface Control {
  nowMs: number
  dispatch: PauseRecord | undefined
  intake: PauseRecord | undefined
  /** Undefined as long as it is closed. */
  breaker: BreakerRecord | undefined
  rate: RateRecord
}

export interface PauseRecord extends Decision {
  sinceMs: number
  untilMs: number | undefined
}

export interface Decision {
  by: string | undefined
  why: string | undefined
}

export interface BreakerRecord {
  /** `half-open`: a probe is under way, or is sent with the next callback. `ramp`: attempts are made again, slowly at first. */
  state: 'open' | 'half-open' | 'ramp'
  sinceMs: number
  /** Of the attempt that opened it, or of the last probe. */
  code: string | undefined
  message: string | undefined
  /** Of the next probe; undefined in the ramp. */
  untilMs: number | undefined
}

export interface RateRecord {
  /** Set by somebody, for all workers. */
  override: (Decision & { rate: number | 'none'; atMs: number }) | undefined
  /** At this moment, as limits and the ramp have it: 0 while it is paused or its breaker open; undefined for no limit. */
  current: number | undefined
  /** Salesforce has named a limit, and the rate has not recovered from it yet. */
  isSlowed: boolean
}

export const inspectControl = defineReadingScript<InspectControlInput, Control>({
  name: 'inspect-control',
  beside: import.meta.url,
  keys: { control },
  args: ['rate'],
  decode: decodeControl,
})

type Fields = ReadonlyMap<string, string>

function decodeControl(reply: unknown): Control {
  const [now, speed, isPaused, ...rest] = asList(reply)
  const pairs = inGroupsOf(2, rest).map(([name, value]) => [asText(name), asText(value)] as const)
  const fields: Fields = new Map(pairs)
  const nowMs = Number(now)
  const current = asOptionalText(speed)
  return {
    nowMs,
    dispatch: isPaused === '1' ? pauseIn(fields, 'dispatch', nowMs) : undefined,
    intake: pauseIn(fields, 'intake', nowMs),
    breaker: breakerIn(fields, nowMs),
    rate: {
      override: overrideIn(fields),
      current: current === undefined ? undefined : Number(current),
      isSlowed: (numberIn(fields, 'slowUntil') ?? 0) > nowMs,
    },
  }
}

function pauseIn(fields: Fields, what: string, nowMs: number): PauseRecord | undefined {
  const sinceMs = numberIn(fields, `${what}PausedAt`)
  const untilMs = numberIn(fields, `${what}PausedUntil`)
  if (sinceMs === undefined || (untilMs !== undefined && untilMs <= nowMs)) return undefined
  const by = fields.get(`${what}PausedBy`)
  return { sinceMs, untilMs, by, why: fields.get(`${what}PausedReason`) }
}

function breakerIn(fields: Fields, nowMs: number): BreakerRecord | undefined {
  const state = fields.get('breaker')
  const sinceMs = numberIn(fields, 'breakerSince') ?? nowMs
  const about = { sinceMs, code: fields.get('breakerCode'), message: fields.get('breakerMessage') }
  if (state === 'open') {
    const untilMs = numberIn(fields, 'breakerUntil') ?? nowMs
    return { ...about, state: untilMs > nowMs ? 'open' : 'half-open', untilMs }
  }
  const rampEndsMs = (numberIn(fields, 'rampAt') ?? 0) + (numberIn(fields, 'rampMs') ?? 0)
  if (state !== 'ramp' || rampEndsMs <= nowMs) return undefined
  return { ...about, state, untilMs: undefined }
}

function overrideIn(fields: Fields): RateRecord['override'] {
  const rate = fields.get('rate')
  if (rate === undefined) return undefined
  const atMs = numberIn(fields, 'rateAt') ?? 0
  const decision = { by: fields.get('rateBy'), why: fields.get('rateReason') }
  return { ...decision, rate: rate === 'none' ? rate : Number(rate), atMs }
}

function numberIn(fields: Fields, name: string): number | undefined {
  const value = fields.get(name)
  return value === undefined ? undefined : Number(value)
}
