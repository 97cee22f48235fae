import { expect, it } from 'vitest'

import { presentPaused } from '../../../../../src/ops/cli/present/control.ts'
import type { Paused } from '../../../../../src/ops/operations/control/control-destination.ts'

const nowMs = Date.UTC(2026, 1, 26, 12)
const paused: Paused = {
  destination: 'default',
  paused: 'dispatch',
  since: '2026-02-26T12:00:00.000Z',
}

function shown(what: Paused): string[] {
  const lines: string[] = []
  const line = (text = '') => void lines.push(text)
  presentPaused(what, { line, paint: (_, text) => text, nowMs: () => nowMs, columns: 80 })
  return lines
}

it('says until when a destination is paused, as times are said everywhere', () => {
  const until = '2026-02-26T14:00:00.000Z'
  expect(shown({ ...paused, until }).at(-1)).toMatch(
    /^until {2}2026-02-26 14:00:00 UTC \(in 2 h\)$/,
  )
  expect(shown(paused).at(-1)).toBe('until  somebody runs `ringback resume`')
})

it('says of which pause it takes the place', () => {
  const replaced = { by: 'ann', reason: 'maintenance', until: '2026-02-26T13:00:00.000Z' }
  const said = shown({ ...paused, replaced })
    .slice(2)
    .join(' ')
    .replaceAll(/\s+/g, ' ')
  expect(said).toBe(
    'It takes the place of a pause by ann (maintenance) until 2026-02-26 13:00:00 UTC (in 1 h).',
  )
})
