import { expect, it } from 'vitest'

import { say, sayPainted } from '../../../../../src/ops/cli/terminal/say.ts'
import { linesOf } from '../present/captured.ts'

const text = 'it is a dead letter (invalid); see `ringback dead-letters show`'

it('leaves a sentence whole where it fits, or no terminal limits it', () => {
  expect(linesOf((screen) => say(screen, text))).toEqual([text])
  expect(linesOf((screen) => say(screen, text), text.length)).toEqual([text])
})

it('goes on below, indented, where the terminal is too narrow, and leaves no word out', () => {
  const painted = { colour: 'red', word: 'not moved' } as const
  const lines = linesOf((screen) => sayPainted(screen, painted, text), 40)
  expect(lines.length).toBeGreaterThan(1)
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(40)
  for (const line of lines.slice(1)) expect(line).toMatch(/^ {2}\S/)
  expect(lines.map((line) => line.trim()).join(' ')).toBe(`not moved ${text}`)
})

it('paints nothing but the word', () => {
  const written: string[] = []
  const screen = {
    line: (line = '') => written.push(line),
    paint: (colour: string, word: string) => `<${colour}>${word}</${colour}>`,
    nowMs: () => 0,
    columns: 80,
  }
  sayPainted(screen, { colour: 'yellow', word: 'under way' }, 'order-4711')
  expect(written).toEqual(['<yellow>under way</yellow> order-4711'])
})
