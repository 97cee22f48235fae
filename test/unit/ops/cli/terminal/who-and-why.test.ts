import { PassThrough } from 'node:stream'

import { expect, it } from 'vitest'

import type { CliContext } from '../../../../../src/ops/cli/terminal/cli-context.ts'
import { whoDecides } from '../../../../../src/ops/cli/terminal/who-and-why.ts'
import { userName } from '../../../../../src/ops/text/user-name.ts'
import { systemClock } from '../../../../../src/shared/time/clock.ts'

function contextIn(env: Record<string, string>): CliContext {
  const nowhere = { write: () => true }
  const stopped = new AbortController().signal
  return {
    env,
    clock: systemClock,
    stdin: new PassThrough(),
    stdout: nowhere,
    stderr: nowhere,
    stopped,
  }
}

it('is the one who is named, else who the settings name, else the user, whom the environment need not tell', () => {
  const named = contextIn({ RINGBACK_OPERATOR: 'night shift', USER: 'somebody' })
  expect(whoDecides({ by: 'anna' }, named)).toBe('anna')
  expect(whoDecides({}, named)).toBe('night shift')
  expect(whoDecides({}, contextIn({}))).toBe(userName())
  expect(whoDecides({}, contextIn({ USER: 'somebody else' }))).toBe('somebody else')
})
