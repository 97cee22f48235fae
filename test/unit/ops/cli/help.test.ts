import { PassThrough } from 'node:stream'

import type { Command } from 'commander'
import { expect, it } from 'vitest'

import { addRunningCommands } from '../../../../src/compose/running-commands.ts'
import { createProgram } from '../../../../src/ops/cli/create-program.ts'
import { runProgram } from '../../../../src/ops/cli/run-program.ts'
import type { CliContext } from '../../../../src/ops/cli/terminal/cli-context.ts'
import { systemClock } from '../../../../src/shared/time/clock.ts'

const columns = 80

function programOn(stdout: CliContext['stdout']): { program: Command; context: CliContext } {
  const context: CliContext = {
    env: {},
    clock: systemClock,
    stdin: new PassThrough(),
    stdout,
    stderr: stdout,
    stopped: new AbortController().signal,
  }
  const program = createProgram(context, () => {
    throw new Error('nothing is submitted here')
  })
  addRunningCommands(program, context)
  return { program, context }
}

function namesOf(command: Command, before: string[] = []): string[][] {
  return [before, ...command.commands.flatMap((each) => namesOf(each, [...before, each.name()]))]
}

const commands = namesOf(programOn({ write: () => true }).program)

it('is given by every command', () => {
  expect(commands).toContainEqual(['dead-letters', 'redrive'])
  expect(commands).toContainEqual(['sandbox'])
})

it.each(commands.map((words) => [words.join(' ')]))(
  'fits a terminal of 80 columns: ringback %s --help',
  async (words) => {
    let help = ''
    const { program, context } = programOn({ columns, write: (text) => (help += text) })
    const argv = ['node', 'ringback', ...words.split(' ').filter((word) => word !== ''), '--help']
    expect(await runProgram(program, argv, context)).toBe(0)
    expect(help).toContain('Usage: ringback')
    expect(help.split('\n').filter((line) => line.length > columns)).toEqual([])
  },
)

it('gives the default of a duration with its unit, and no default that is none', async () => {
  const helps = await Promise.all(
    commands.map(async (words) => {
      let help = ''
      const { program, context } = programOn({ columns, write: (text) => (help += text) })
      await runProgram(program, ['node', 'ringback', ...words, '--help'], context)
      return help
    }),
  )
  const all = helps.join('')
  for (const given of ['60s', '2s', '1h']) expect(all).toContain(`(default: ${given})`)
  expect(all).not.toMatch(/\(default: (?:\d{5,}|2000|\[\])\)|\(default: [^)]*\)\s+\(default: /)
})
