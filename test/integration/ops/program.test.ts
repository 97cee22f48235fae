import { PassThrough, Writable } from 'node:stream'
import { stripVTControlCharacters as stripped } from 'node:util'

import { Command } from 'commander'
import { describe, expect, it } from 'vitest'

import { action } from '../../../src/ops/cli/terminal/action.ts'
import type { CliContext } from '../../../src/ops/cli/terminal/cli-context.ts'
import { createProgram } from '../../../src/ops/cli/create-program.ts'
import { runProgram } from '../../../src/ops/cli/run-program.ts'
import { createProducer } from '../../../src/producer/index.ts'
import { RingbackError } from '../../../src/shared/errors/errors.ts'
import { resultsKey } from '../../../src/shared/redis/keys.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import { runCommand } from './support/cli.ts'
import { containing } from './support/asymmetric.ts'
import { freshEnvironment } from './support/environment.ts'

const commands = [
  ['enqueue'],
  ['import'],
  ['status'],
  ['results'],
  ['dead-letters'],
  ['dead-letters', 'list'],
  ['dead-letters', 'show'],
  ['dead-letters', 'redrive'],
  ['dead-letters', 'discard'],
  ['erase'],
  ['doctor'],
]

function contextOf(more: Partial<CliContext> = {}): CliContext {
  const silent = { write: () => true }
  return {
    env: {},
    clock: systemClock,
    stdin: new PassThrough(),
    stdout: silent,
    stderr: silent,
    stopped: new AbortController().signal,
    ...more,
  }
}

function run(program: Command, context: CliContext, ...args: string[]): Promise<number> {
  return runProgram(program, ['node', 'ringback', ...args], context)
}

describe('ringback', () => {
  it.each(commands)('explains %s %s with an example, and ends with 0', async (...command) => {
    const { status, stdout, stderr } = await runCommand({ env: {} }, ...command, '--help')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain(`Usage: ringback ${command.join(' ')}`)
    expect(stdout).toMatch(/\nExamples?:\n {2}\S/)
  })

  it('prints its version', async () => {
    const { status, stdout } = await runCommand({ env: {} }, '--version')
    expect(status).toBe(0)
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it('shows its help and ends with 2 when nothing is asked, and names the nearest command', async () => {
    const nothing = await runCommand({ env: {} })
    const typo = await runCommand({ env: {} }, 'enque')
    expect(nothing).toMatchObject({ status: 2, stderr: containing('Usage: ringback') })
    expect(typo).toMatchObject({
      status: 2,
      stderr: containing('Did you mean enqueue?'),
    })
  })

  it('reports a wrong command as one JSON document where JSON is asked for', async () => {
    const { status, stdout, stderr } = await runCommand(
      { env: {} },
      'results',
      '--json',
      '--limit',
      'x',
    )
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'usage' } })
  })

  it.each([['0'], ['abc'], ['5/S'], ['1e3/s'], ['--', '-1/s']])(
    'says what a rate is where it is given another: %s %s',
    async (...rate) => {
      const { status, stdout, stderr } = await runCommand({ env: {} }, 'rate', ...rate)
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
      expect(stderr).toContain('It must be a rate such as 5/s, 30/m or 100/h')
    },
  )

  it.each([
    [['find', '--number', '12']],
    [['results', '--since', 'tomorrow']],
    [['pause', '--for', '0']],
    [['reschedule', 'x', '--delay', '1e3s']],
    [['enque']],
    [['results']],
  ])('tells an error in lines that fit the terminal, and once: %j', async (args) => {
    const env = { RINGBACK_REDIS_URL: 'redis://127.0.0.1:1' }
    const { status, stderr } = await runCommand({ env, tty: true, columns: 80 }, ...args)
    expect(status).not.toBe(0)
    expect(stderr.match(/error:/g)).toHaveLength(1)
    for (const line of stderr.split('\n')) expect(stripped(line).length).toBeLessThanOrEqual(80)
  })

  it('uses colours on a terminal, and not where NO_COLOR forbids them', async () => {
    const { env } = freshEnvironment()
    const args = ['enqueue', '--call-id', 'c', '--number', '+18445791189']
    const coloured = await runCommand({ env, tty: true }, ...args)
    const plain = await runCommand({ env: { ...env, NO_COLOR: '1' }, tty: true }, ...args)
    const piped = await runCommand({ env }, ...args)
    expect(coloured.stdout).toContain('\u001b[32maccepted')
    expect(plain.stdout).not.toContain('\u001b')
    expect(piped.stdout).not.toContain('\u001b')
  })
})

describe('a command that others add', () => {
  it('gives the process its exit status', async () => {
    const context = contextOf()
    const program = createProgram(context, createProducer)
    const group = program.command('group')
    action(group.command('other').argument('<n>'), ([n]) => Promise.resolve(Number(n)))
    expect(await run(program, context, 'group', 'other', '7')).toBe(7)
  })

  it.each([
    ['invalid-configuration', 2],
    ['redis-not-found', 1],
  ] as const)('ends with its error in words: %s is %i', async (code, status) => {
    const written: string[] = []
    const context = contextOf({ stderr: { write: (text) => written.push(text) } })
    const program = createProgram(context, createProducer)
    action(program.command('other'), () => Promise.reject(new RingbackError(code, 'Something.')))
    expect(await run(program, context, 'other')).toBe(status)
    expect(written.join('')).toMatch(new RegExp(`^error: Something\\.\ncode: ${code}\n.+\n$`))
  })

  it('is a defect, and says so, when it throws anything else', async () => {
    const written: string[] = []
    const context = contextOf({ stderr: { write: (text) => written.push(text) } })
    const program = createProgram(context, createProducer)
    action(program.command('other'), () => Promise.reject(new Error('of +18445791189')))
    expect(await run(program, context, 'other')).toBe(1)
    expect(written.join('')).toMatch(/^error: of \+18•••89\ncode: unexpected\nThis is a defect/)
  })
})

describe('a reader that goes away', () => {
  /** A stream that is closed at the other end after the first write, as by `| head -1`. */
  function closingPipe() {
    let writes = 0
    return new Writable({
      autoDestroy: false,
      write: (_chunk, _encoding, done) => {
        writes += 1
        done(writes === 1 ? null : Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
      },
    })
  }

  it('ends the command in good order', async () => {
    const { env, store } = freshEnvironment()
    for (const id of ['a', 'b', 'c']) {
      await store.redis.xadd(resultsKey(store.ref), '*', 'id', id, 'state', 'booked')
    }
    const stdout = closingPipe()
    const context = contextOf({ env, stdout })
    expect(await run(createProgram(context, createProducer), context, 'results', '--follow')).toBe(
      0,
    )
  })

  it('is not taken for a full disk, which must not pass in silence', async () => {
    const { env } = freshEnvironment()
    const full = Object.assign(new Error('write ENOSPC'), { code: 'ENOSPC' })
    const stdout = new Writable({ write: (_chunk, _encoding, done) => done(full) })
    const written: string[] = []
    const context = contextOf({ env, stdout, stderr: { write: (text) => written.push(text) } })
    expect(await run(createProgram(context, createProducer), context, 'stats')).toBe(1)
    expect(written.join('')).toMatch(
      /could not be written: write ENOSPC.*\ncode: output-not-writable/,
    )
  })
})
