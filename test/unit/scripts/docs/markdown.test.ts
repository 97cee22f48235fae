import { describe, expect, it } from 'vitest'

import { markdownTable } from '../../../../scripts/docs/markdown-table.ts'
import { wrapText } from '../../../../scripts/docs/wrap-text.ts'

describe('markdownTable', () => {
  it('escapes what would end a cell', () => {
    expect(markdownTable(['a', 'b'], [['x|y', '`z`']])).toBe(
      ['| a | b |', '| --- | --- |', String.raw`| x\|y | ${'`z`'} |`].join('\n'),
    )
  })
})

describe('wrapText', () => {
  it('breaks at spaces, counts the prefix, and leaves a long word whole', () => {
    expect(wrapText('aa bb cc dddddddddd e', { width: 7, prefix: '# ' })).toBe(
      '# aa bb\n# cc\n# dddddddddd\n# e',
    )
  })
})
