/**
 * Each side effect is published as a step (src/shared/telemetry/steps.ts). A real process is killed before each of them and
 * after each of them; another worker and, where one was at work, the same person then go on.
 */
import { expect, it } from 'vitest'

import { casesUnder } from '../support/crash/cases.ts'
import { failuresOf } from '../support/crash/survive.ts'

it('loses nothing and books nothing twice in silence, before and after whichever step a process dies', async () => {
  expect(await failuresOf(casesUnder('retry'))).toEqual([])
}, 900_000)
