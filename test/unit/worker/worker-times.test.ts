import { expect, it } from 'vitest'

import { retryDelayMs } from '../../../src/worker/bridge/bridge.ts'
import { workerTimes } from '../../../src/worker/times.ts'

it.each([1_000, 2_999, 8_000, 600_000])(
  'never take an entry that rests for abandoned, with a lock of %i ms',
  (lockMs) => {
    expect(workerTimes(lockMs).abandonedMs).toBeGreaterThan(retryDelayMs)
  },
)
