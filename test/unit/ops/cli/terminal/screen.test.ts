import { expect, it } from 'vitest'

import { widthOf } from '../../../../../src/ops/cli/terminal/screen.ts'

const write = () => undefined

it.each([
  ['a terminal', { isTTY: true, columns: 80 }, 80],
  ['a terminal that nobody has told its size', { isTTY: true, columns: 0 }, undefined],
  ['a terminal without a size', { isTTY: true }, undefined],
  ['a pipe', { columns: 80 }, undefined],
])('of %s is known where it limits lines', (_, terminal, width) => {
  expect(widthOf({ write, ...terminal })).toBe(width)
})
