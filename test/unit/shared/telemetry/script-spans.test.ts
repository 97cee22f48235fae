import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, it } from 'vitest'

import { isScript } from '../../../../src/shared/telemetry/script-spans.ts'
import { stepTable, type Step } from '../../../../src/shared/telemetry/steps.ts'

const store = new URL('../../../../src/shared/store/', import.meta.url)
const scripts = readdirSync(store, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.lua'))
  .map((path) => basename(path, '.lua'))

it.each(Object.keys(stepTable) as Step[])('knows whether the step %s is a script', (step) => {
  expect(isScript(step)).toBe(scripts.includes(step))
})
