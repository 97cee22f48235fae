import { z } from 'zod'

import { formatDuration } from '../../time/duration.ts'
import type { ConfigProblem } from '../config-problem.ts'
import { nameIn, type DestinationSource } from '../destination-source.ts'
import { defineFeature } from '../feature.ts'
import { readSetting } from '../read-settings.ts'
import { defaultedSetting } from '../setting.ts'
import { decimalNumber, duration, wholeNumber } from '../value-types.ts'

const backoff = z.object({
  initialMs: defaultedSetting(duration({ min: '1ms', max: '24h' }), {
    name: 'backoffInitial',
    env: 'RINGBACK_BACKOFF_INITIAL',
    description:
      'The wait before the second attempt is drawn from 0 to this (full jitter: callbacks that failed together are not sent again together). At most the maximum below.',
    default: '2s',
    example: '500ms',
  }),
  factor: defaultedSetting(decimalNumber({ min: 1, max: 10 }), {
    name: 'backoffFactor',
    env: 'RINGBACK_BACKOFF_FACTOR',
    description: 'The upper limit of the wait grows by this factor with every attempt.',
    default: '2',
    example: '1.5',
  }),
  maxMs: defaultedSetting(duration({ min: '1ms', max: '24h' }), {
    name: 'backoffMax',
    env: 'RINGBACK_BACKOFF_MAX',
    description:
      'The upper limit of the wait grows no further than this. Also the longest `Retry-After` that is honoured.',
    default: '10m',
    example: '5m',
  }),
})

/** A `RetryPolicy` (src/shared/delivery/retry-policy.ts). */
export const retrySettings = defineFeature(
  { title: 'The destination: retries' },
  {
    maxAttempts: defaultedSetting(wholeNumber({ min: 1, max: 100_000 }), {
      name: 'maxAttempts',
      env: 'RINGBACK_MAX_ATTEMPTS',
      description:
        'How many attempts a callback gets, including the first. This budget and the next are spent together; the first to run out makes a dead letter `exhausted`. With the defaults that is the time: a wait at its cap is drawn from 0 to 10 minutes and lasts 5 on average, so 600 attempts take about 49 hours, and the 36 hours run out sooner. Either carries a callback through an outage of 24 hours.',
      default: '600',
      example: '100',
    }),
    maxRetryDurationMs: defaultedSetting(duration({ min: '1ms', max: '30d' }), {
      name: 'maxRetryDuration',
      env: 'RINGBACK_MAX_RETRY_DURATION',
      description: 'How long after its first attempt a callback is still tried again.',
      default: '36h',
      example: '4h',
    }),
    backoff,
    notFoundGraceMs: defaultedSetting(duration({ min: '0s', max: '24h' }), {
      name: 'notFoundGrace',
      env: 'RINGBACK_NOT_FOUND_GRACE',
      description:
        'How long after the first attempt a 404 is tried again: the VoiceCall may not exist yet. `0s`: a 404 is final.',
      default: '0s',
      example: '30s',
    }),
  },
)

export function retryContradictions(source: DestinationSource): ConfigProblem[] {
  const { initialMs: initial, maxMs: max } = backoff.shape
  const initialMs = readSetting(initial, source)
  const maxMs = readSetting(max, source)
  if (initialMs === undefined || maxMs === undefined || initialMs <= maxMs) return []
  return [
    {
      name: nameIn(source, initial),
      wrong: `${formatDuration(initialMs)} is longer than ${nameIn(source, max)} (${formatDuration(maxMs)})`,
      got: undefined,
      fix: 'lower the one or raise the other',
    },
  ]
}
