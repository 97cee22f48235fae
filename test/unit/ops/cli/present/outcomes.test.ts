import { expect, it } from 'vitest'

import { presentCancelled } from '../../../../../src/ops/cli/present/cancel.ts'
import { presentRate } from '../../../../../src/ops/cli/present/control.ts'
import { presentWarnings } from '../../../../../src/ops/cli/present/dead-letters.ts'
import { presentRescheduled } from '../../../../../src/ops/cli/present/reschedule.ts'
import type { Screen } from '../../../../../src/ops/cli/terminal/screen.ts'
import { linesOf } from './captured.ts'

const id = 'order-of-the-twenty-sixth-of-february-4711'
const dead = { id, outcome: 'dead', reason: 'invalid' } as const
const warning = 'an earlier attempt may have booked it: the customer may be called twice'
const usual = 'default'

const shown: [string, (screen: Screen) => void][] = [
  ['cancel', (screen) => presentCancelled([dead], screen)],
  ['reschedule', (screen) => presentRescheduled([dead], screen)],
  ['redrive', (screen) => presentWarnings([{ id, warning }], screen)],
  ['rate', (screen) => presentRate({ destination: id, rate: usual, before: usual }, screen)],
]

it.each(shown)('what %s says is as long as it is, and fits every terminal', (_, present) => {
  const [whole = '', ...more] = linesOf(present)
  expect({ more, isWide: whole.length > 80 }).toEqual({ more: [], isWide: true })
  const lines = linesOf(present, 80).join('\n').split('\n')
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80)
  expect(lines.map((line) => line.trim()).join(' ')).toBe(whole)
})
