import { expect, it } from 'vitest'

import { describeBreaker } from '../../../../../src/ops/operations/control/describe-holds.ts'

it.each(['It was refused on request.', 'It was refused on request'])(
  'goes on after what Salesforce has said, sentence or not: %s',
  (message) => {
    const breaker = {
      state: 'open',
      since: '1970-01-01T00:00:00.000Z',
      code: 'http-503',
      message,
      nextProbeAt: '1970-01-01T00:00:30.000Z',
    } as const
    expect(describeBreaker(breaker, 0)).toBe(
      'Salesforce is failing since 1970-01-01 00:00:00 UTC (now): http-503: ' +
        'It was refused on request; next probe 1970-01-01 00:00:30 UTC (in 30 s)',
    )
  },
)
