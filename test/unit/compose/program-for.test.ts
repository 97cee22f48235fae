import { describe, expect, it } from 'vitest'

import { programFor } from '../../../src/compose/program-for.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'

const context = {
  env: {},
  clock: systemClock,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  stopped: new AbortController().signal,
}

async function namesFor(...args: string[]): Promise<string[]> {
  const program = await programFor(['node', 'ringback', ...args], context)
  return program.commands.map((each) => each.name())
}

describe('what carries out a command', () => {
  it.each(['worker', 'console'])('knows nothing but what stays, where it is %s', async (name) => {
    const names = await namesFor(name)
    expect(names).toContain(name)
    expect(names).not.toContain('enqueue')
  })

  it.each([
    { args: [] },
    { args: ['enqueue'] },
    { args: ['help', 'worker'] },
    { args: ['no-such-command'] },
  ])('knows every command otherwise: $args', async ({ args }) => {
    const names = await namesFor(...args)
    expect(names).toEqual(expect.arrayContaining(['enqueue', 'doctor', 'worker', 'console']))
  })
})
