import { expect, it } from 'vitest'

import { sentenceLines } from '../../../../../src/ops/cli/terminal/screen.ts'

const text = 'Salesforce is failing since noon: it answered 503; next probe in two seconds'

it('leaves a sentence whole where no terminal limits it', () => {
  expect(sentenceLines(text, { columns: undefined }, '  ')).toEqual([`  ${text}`])
})

it('gives no line that is longer than the terminal is wide, and no word less', () => {
  const lines = sentenceLines(text, { columns: 40 }, '  ')
  expect(lines.length).toBeGreaterThan(1)
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(40)
  expect(lines.map((line) => line.trim()).join(' ')).toBe(text)
})
