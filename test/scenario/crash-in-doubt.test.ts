/** As crash-at-every-step.test.ts, for the policies under which nothing is sent again before somebody knows. */
import { expect, it } from 'vitest'

import { casesUnder } from '../support/crash/cases.ts'
import { failuresOf } from '../support/crash/survive.ts'

it.each(['hold', 'verify'] as const)(
  'loses nothing and books nothing twice, before and after whichever step of an attempt a process dies, under %s',
  async (policy) => {
    expect(await failuresOf(casesUnder(policy))).toEqual([])
  },
  900_000,
)
