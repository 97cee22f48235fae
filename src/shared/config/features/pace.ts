import { formatDuration } from '../../time/duration.ts'
import type { ConfigProblem } from '../config-problem.ts'
import { nameIn, type DestinationSource } from '../destination-source.ts'
import { defineFeature } from '../feature.ts'
import { readSetting } from '../read-settings.ts'
import { defaultedSetting } from '../setting.ts'
import { decimalNumber, duration, orNone, wholeNumber } from '../value-types.ts'

export const paceSettings = defineFeature(
  { title: 'The destination: pace' },
  {
    /** Attempts a second over all workers. `undefined`: no limit. */
    rate: defaultedSetting(orNone(decimalNumber({ min: 0.001, max: 10_000 })), {
      name: 'rate',
      env: 'RINGBACK_RATE',
      description:
        'Attempts per second, across all workers, evenly spaced. Fractions are allowed: `0.2` is one every five seconds. `none`: no limit.',
      default: '10',
      example: '2.5',
    }),
    /** Attempts at once, over all workers. `undefined`: no limit. */
    maxInFlight: defaultedSetting(orNone(wholeNumber({ min: 1, max: 10_000 })), {
      name: 'maxInFlight',
      env: 'RINGBACK_MAX_IN_FLIGHT',
      description:
        'Attempts under way at once, over all workers. `none`: only the limit of each worker counts.',
      default: 'none',
      example: '20',
    }),
    /** Of the rate, while a backlog drains, for callbacks that were requested since. */
    livePercent: defaultedSetting(wholeNumber({ min: 0, max: 100 }), {
      name: 'livePercent',
      env: 'RINGBACK_LIVE_PERCENT',
      description:
        'While a backlog drains (after an outage, a pause, or by a run), new callbacks get at least this much of the rate, in per cent, so that their customers do not wait behind all the old ones. What they do not need goes to the backlog. It takes a rate, or a limit of attempts under way: without either, nobody waits for a turn.',
      default: '30',
      example: '50',
    }),
    /** After it was due. `undefined`: what names no `expiresAt` is never too old. */
    expireAfterMs: defaultedSetting(orNone(duration({ min: '1s', max: '365d' })), {
      name: 'expireAfter',
      env: 'RINGBACK_EXPIRE_AFTER',
      description:
        'How long after it was due a callback that names no `expiresAt` is too old to be sent: it then dies as `expired`. A redrive gives it as much time anew. `none`: it is sent however old it is.',
      default: 'none',
      example: '12h',
    }),
    /** Attempts at once, per worker. */
    concurrency: defaultedSetting(wholeNumber({ min: 1, max: 1000 }), {
      name: 'concurrency',
      env: 'RINGBACK_CONCURRENCY',
      description: 'Concurrent attempts in each worker.',
      default: '50',
      example: '100',
    }),
    attemptTimeoutMs: defaultedSetting(duration({ min: '1ms', max: '5m' }), {
      name: 'attemptTimeout',
      env: 'RINGBACK_ATTEMPT_TIMEOUT',
      description: 'How long one attempt may take, from the connection to the end of the answer.',
      default: '10s',
      example: '8s',
    }),
  },
)

/** An attempt cut off at shutdown may or may not have booked: the one uncertainty that a setting can rule out. */
export function paceContradictions(
  source: DestinationSource,
  shutdownDeadlineMs: number | undefined,
): ConfigProblem[] {
  const { attemptTimeoutMs: setting } = paceSettings.shape
  const timeoutMs = readSetting(setting, source)
  if (timeoutMs === undefined || shutdownDeadlineMs === undefined) return []
  if (timeoutMs < shutdownDeadlineMs) return []
  return [
    {
      name: 'RINGBACK_SHUTDOWN_DEADLINE',
      wrong: `${formatDuration(shutdownDeadlineMs)} is not longer than ${nameIn(source, setting)} (${formatDuration(timeoutMs)}), so a stopping worker would cut attempts off, booked or not`,
      got: undefined,
      fix: 'raise it, or lower the timeout',
    },
  ]
}
