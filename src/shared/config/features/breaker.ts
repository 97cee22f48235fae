import { z } from 'zod'

import { formatDuration } from '../../time/duration.ts'
import type { ConfigProblem } from '../config-problem.ts'
import { nameIn, type DestinationSource } from '../destination-source.ts'
import { defineFeature } from '../feature.ts'
import { readSetting } from '../read-settings.ts'
import { defaultedSetting } from '../setting.ts'
import { duration, orNone, trueOrFalse, wholeNumber } from '../value-types.ts'

const probe = z.object({
  leastMs: defaultedSetting(duration({ min: '10ms', max: '1h' }), {
    name: 'breakerProbeMin',
    env: 'RINGBACK_BREAKER_PROBE_MIN',
    description:
      'How long an open breaker waits until it lets one callback through as a probe. Each probe that fails doubles the wait. At most the maximum below.',
    default: '1s',
    example: '5s',
  }),
  mostMs: defaultedSetting(duration({ min: '10ms', max: '1h' }), {
    name: 'breakerProbeMax',
    env: 'RINGBACK_BREAKER_PROBE_MAX',
    description:
      'The wait between two probes grows no further than this. A `Retry-After` is waited for if it is longer, up to an hour.',
    default: '1m',
    example: '2m',
  }),
})

/** When a destination counts as down, and how it is taken up again (src/shared/store/lua/breaker.lua). */
export const breakerSettings = defineFeature(
  {
    title: 'The destination: when it counts as down',
    text: 'One circuit breaker for each destination, shared by all workers. While it is open nothing is sent but a probe now and then, callbacks wait where they are, and no attempt, no retry time is taken off any of them. Attempts count that say something about the destination as a whole: no connection, 5xx, timeouts, connections cut, limits, 401.',
  },
  {
    isOn: defaultedSetting(trueOrFalse, {
      name: 'breaker',
      env: 'RINGBACK_BREAKER',
      description:
        'Whether there is a circuit breaker. Without one, every callback runs into an outage by itself.',
      default: 'true',
      example: 'false',
    }),
    attempts: defaultedSetting(wholeNumber({ min: 1, max: 10_000 }), {
      name: 'breakerAttempts',
      env: 'RINGBACK_BREAKER_ATTEMPTS',
      description:
        'The breaker opens on a failure rate only after so many attempts in the window. It opens after twice as many failures in a row, whatever came before.',
      default: '10',
      example: '20',
    }),
    failurePercent: defaultedSetting(wholeNumber({ min: 1, max: 100 }), {
      name: 'breakerFailurePercent',
      env: 'RINGBACK_BREAKER_FAILURE_PERCENT',
      description: 'The breaker opens when so many per cent of the attempts in the window failed.',
      default: '70',
      example: '50',
    }),
    windowMs: defaultedSetting(duration({ min: '1s', max: '1h' }), {
      name: 'breakerWindow',
      env: 'RINGBACK_BREAKER_WINDOW',
      description: 'The time that the failure rate is taken over.',
      default: '30s',
      example: '1m',
    }),
    uncertainInARow: defaultedSetting(orNone(wholeNumber({ min: 1, max: 10_000 })), {
      name: 'breakerUncertain',
      env: 'RINGBACK_BREAKER_UNCERTAIN',
      description:
        'The breaker opens after so many uncertain outcomes in a row, however few attempts there were: each may have been booked, and be booked again. `none`: they count as failures only.',
      default: '5',
      example: '3',
    }),
    refusalsInARow: defaultedSetting(orNone(wholeNumber({ min: 2, max: 10_000 })), {
      name: 'breakerRefusals',
      env: 'RINGBACK_BREAKER_REFUSALS',
      description:
        'The breaker opens after so many refusals in a row with the same status and error code: a permission that was taken away refuses every callback. `none`: refusals never open it.',
      default: '10',
      example: '25',
    }),
    probe,
    rampMs: defaultedSetting(duration({ min: '10ms', max: '1h' }), {
      name: 'breakerRamp',
      env: 'RINGBACK_BREAKER_RAMP',
      description:
        'After a probe was answered, the rate grows from a tenth to all of it over this time. Where no rate is set it grows to 50 a second, and then there is no limit.',
      default: '1m',
      example: '5m',
    }),
  },
)

export function breakerContradictions(source: DestinationSource): ConfigProblem[] {
  const { leastMs: least, mostMs: most } = probe.shape
  const leastMs = readSetting(least, source)
  const mostMs = readSetting(most, source)
  if (leastMs === undefined || mostMs === undefined || leastMs <= mostMs) return []
  return [
    {
      name: nameIn(source, least),
      wrong: `${formatDuration(leastMs)} is longer than ${nameIn(source, most)} (${formatDuration(mostMs)})`,
      got: undefined,
      fix: 'lower the one or raise the other',
    },
  ]
}
