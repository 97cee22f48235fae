import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { maxLineBytes, readLines } from '../../../src/ops/import/read-lines.ts'

async function* chunksOf(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let from = 0
  for (const size of sizes) {
    yield bytes.subarray(from, from + size)
    from += size
  }
  yield bytes.subarray(from)
  await Promise.resolve()
}

async function linesOf(text: string | Buffer, sizes: readonly number[] = []) {
  const found: string[] = []
  for await (const line of readLines(chunksOf(Buffer.from(text), sizes))) {
    found.push(line.kind === 'line' ? line.bytes.toString() : line.kind)
  }
  return found
}

describe('readLines', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\r\nb', ['a', 'b']],
    ['\n\na', ['', '', 'a']],
    ['\uFEFFa\n\uFEFFb', ['a', '\uFEFFb']],
    ['a\rb\r\r\n', ['a\rb\r']],
  ])('reads %j as %j', async (text, lines) => {
    expect(await linesOf(text)).toEqual(lines)
  })

  it('gives the same lines however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.stringMatching(/^[a-zäöü€ ]{0,12}$/)),
        fc.array(fc.integer({ min: 0, max: 5 })),
        async (lines, sizes) => {
          const text = lines.map((line) => `${line}\r\n`).join('')
          expect(await linesOf(text, sizes)).toEqual(lines)
        },
      ),
    )
  })

  it('skips a line that is too long, over chunks or in one, and goes on with the next', async () => {
    const longest = 'x'.repeat(maxLineBytes)
    const text = `a\n${longest}y\n${longest}\nb`
    expect(await linesOf(text)).toEqual(['a', 'too-long', longest, 'b'])
    expect(
      await linesOf(
        text,
        Array.from({ length: 200 }, () => 1_000),
      ),
    ).toEqual(['a', 'too-long', longest, 'b'])
  })

  it('refuses UTF-16 by name', async () => {
    await expect(linesOf(Buffer.from('\uFEFFa\n', 'utf16le'))).rejects.toThrow('UTF-16')
  })
})
