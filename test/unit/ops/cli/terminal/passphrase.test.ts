import { PassThrough, Readable } from 'node:stream'

import { expect, it } from 'vitest'

import type { CliContext } from '../../../../../src/ops/cli/terminal/cli-context.ts'
import { readPassphrase } from '../../../../../src/ops/cli/terminal/passphrase.ts'
import { systemClock } from '../../../../../src/shared/time/clock.ts'

function terminal() {
  const stdin = Object.assign(new PassThrough(), { isTTY: true })
  let shown = ''
  const questions = new Map<string, () => void>()
  const stdout = {
    isTTY: true,
    write: (text: string) => {
      shown += text
      questions.get(text)?.()
    },
  }
  const context: CliContext = {
    env: {},
    clock: systemClock,
    stdin,
    stdout,
    stderr: stdout,
    stopped: new AbortController().signal,
  }
  const answer = (question: string, keys: string) =>
    questions.set(question, () => queueMicrotask(() => stdin.write(keys)))
  return { context, stdin, answer, shown: () => shown }
}

it('asks twice at a terminal, and shows nothing of what is typed', async () => {
  const { context, answer, shown } = terminal()
  answer('Password: ', 'correct horse\r')
  answer('Once more: ', 'correct horse\r')
  expect(await readPassphrase(context)).toBe('correct horse')
  expect(shown()).toBe('Password: \nOnce more: \n')
})

it.each([
  ['two that differ', 'another horse\r'],
  ['Ctrl-C', '\u0003'],
  ['the end of the input', '\u0004'],
])('takes none where it was answered with %s', async (_, second) => {
  const { context, answer } = terminal()
  answer('Password: ', 'correct horse\r')
  answer('Once more: ', second)
  expect(await readPassphrase(context)).toBeUndefined()
})

it.each([
  ['pass phrase with blanks\nand more', 'pass phrase with blanks'],
  ['windows line\r\n', 'windows line'],
  ['short\n', undefined],
  ['with a\ttab in it\n', undefined],
  ['', undefined],
])('reads the first line where nobody can be asked: %j', async (text, password) => {
  const { context } = terminal()
  const piped = { ...context, stdin: Readable.from([Buffer.from(text)]) }
  expect(await readPassphrase(piped)).toBe(password)
})
