import { expect, it } from 'vitest'

import { stepsMarkdown } from '../../../../scripts/docs/steps-markdown.ts'
import { stepTable } from '../../../../src/shared/telemetry/steps.ts'

it.each(Object.entries(stepTable))('docs/steps.md explains %s', (step, what) => {
  expect(stepsMarkdown()).toContain(`| \`${step}\` | ${what} |`)
})
