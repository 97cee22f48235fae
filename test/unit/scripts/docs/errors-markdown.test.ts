import { describe, expect, it } from 'vitest'

import { errorsMarkdown } from '../../../../scripts/docs/errors-markdown.ts'
import { errorCodes } from '../../../../src/shared/errors/errors.ts'

describe('docs/errors.md', () => {
  it.each(Object.entries(errorCodes))('explains %s', (code, { meaning, fix }) => {
    expect(errorsMarkdown()).toContain(`| \`${code}\` | ${meaning} | ${fix} |`)
  })
})
