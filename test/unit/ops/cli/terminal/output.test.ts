import { Readable } from 'node:stream'

import { expect, it } from 'vitest'

import { createOutput, type Presenter } from '../../../../../src/ops/cli/terminal/output.ts'
import { systemClock } from '../../../../../src/shared/time/clock.ts'

/** An output, and what it has written so far. */
function outputOf(json: boolean) {
  const written = { stdout: '', stderr: '' }
  const context = {
    env: {},
    clock: systemClock,
    stdin: Readable.from([]),
    stdout: { write: (text: string) => (written.stdout += text) },
    stderr: { write: (text: string) => (written.stderr += text) },
    stopped: new AbortController().signal,
  }
  return { output: createOutput(context, { json }), written }
}

const inWords: Presenter<unknown> = (data, { line }) => line(`words: ${JSON.stringify(data)}`)

it('prints one document for programs, and nothing of what people are told on the way', async () => {
  const { output, written } = outputOf(true)
  output.tell('a warning', inWords)
  output.note('a remark')
  expect(await output.ask('Really?')).toBeUndefined()
  output.print({ done: true }, inWords)
  expect(JSON.parse(written.stdout)).toEqual({ done: true })
  expect(written.stderr).toBe('')
})

it('tells people on stdout what happens on the way, and remarks beside it', () => {
  const { output, written } = outputOf(false)
  output.tell('a warning', inWords)
  output.note('a remark')
  output.print({ done: true }, inWords)
  expect(written).toEqual({
    stdout: 'words: "a warning"\nwords: {"done":true}\n',
    stderr: 'a remark\n',
  })
})

it('prints several answers to programs as JSON Lines', () => {
  const { output, written } = outputOf(true)
  output.printLine({ n: 1 }, inWords)
  output.printLine({ n: 2 }, inWords)
  expect(written.stdout).toBe('{"n":1}\n{"n":2}\n')
})

it.each([true, false])(
  'prints nothing of a list that an error ends at once: --json %s',
  async (json) => {
    const { output, written } = outputOf(json)
    const failing = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('Redis is away.')) }),
    }
    await expect(output.printAll(failing, inWords)).rejects.toThrow('Redis is away.')
    expect(written.stdout).toBe('')
  },
)

it.each([
  [true, /^\[\n {2}1,\n {2}2\n\]\n$/],
  [false, /^words: \[1,2\]\n$/],
])(
  'prints of a list that an error ends what was done by then: --json %s',
  async (json, printed) => {
    async function* interrupted() {
      yield 1
      yield await Promise.resolve(2)
      throw new Error('Redis went away')
    }
    const { output, written } = outputOf(json)
    await expect(output.printAll(interrupted(), inWords)).rejects.toThrow('Redis went away')
    expect(written.stdout).toMatch(printed)
  },
)

it('asks nobody where there is no terminal', async () => {
  const { output, written } = outputOf(false)
  expect(await output.ask('Really?')).toBeUndefined()
  expect(written.stdout).toBe('')
})
