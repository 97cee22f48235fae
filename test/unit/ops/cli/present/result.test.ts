import { expect, it } from 'vitest'

import { presentResult } from '../../../../../src/ops/cli/present/result.ts'
import type { Result } from '../../../../../src/shared/store/results/results.ts'
import { linesOf } from './captured.ts'

const result: Result = {
  entryId: '1-0',
  submittedId: undefined,
  recordId: undefined,
  runId: undefined,
  at: '2026-11-27T03:44:47.000Z',
  state: 'dead',
  id: 'order-4711',
  callId: 'call-1',
  attempts: 2,
  reason: 'uncertain',
  code: 'timeout',
  possibleDuplicate: true,
  verified: false,
  attributes: { phone: '+18•••00', q: 'bill', note: 'n'.repeat(100) },
}

it('is one line where no terminal limits it', () => {
  const [line, ...more] = linesOf((screen) => presentResult(result, screen))
  expect(more).toEqual([])
  expect(line).toMatch(
    /^2026-11-27 03:44:47.000Z {2}dead {7}order-4711 {2}uncertain, timeout {2}2 /,
  )
})

it('is as many lines as it takes on a terminal, none of them too wide, and leaves nothing out', () => {
  const whole = linesOf((screen) => presentResult(result, screen)).join(' ')
  const lines = linesOf((screen) => presentResult(result, screen), 60)
  expect(lines.length).toBeGreaterThan(2)
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(60)
  const letters = (text: string) => text.replaceAll(/\s/g, '')
  expect(letters(lines.join(''))).toBe(letters(whole))
})
