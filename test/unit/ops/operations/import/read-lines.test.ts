import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { maxLineBytes, readLines } from '../../../../../src/ops/operations/import/read-lines.ts'

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
    ['a\rb\r\r\n', ['a', 'b', '']],
    ['a\rb\r', ['a', 'b']],
    ['a\n\rb', ['a', '', 'b']],
    ['\r\n\r\n', ['', '']],
  ])('reads %j as %j', async (text, lines) => {
    expect(await linesOf(text)).toEqual(lines)
  })

  it('gives the same lines however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(
            fc.stringMatching(/^[a-zäöü€ ]{0,12}$/),
            fc.constantFrom('\r\n', '\n', '\r', '\n', '\r\n'),
          ),
        ),
        fc.array(fc.integer({ min: 0, max: 5 })),
        async (lines, sizes) => {
          const text = lines.flat().join('')
          // A CR with an empty line that ends in LF behind it is a CRLF.
          fc.pre(
            !lines
              .map(([line, end]) => `${line}${end === '\r\n' ? '' : end}`)
              .join('')
              .includes('\r\n'),
          )
          expect(await linesOf(text, sizes)).toEqual(lines.map(([line]) => line))
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

  it('says of the last line only that it has no end, and only where it has none', async () => {
    const ends = async (text: string) => {
      const found: boolean[] = []
      for await (const line of readLines(chunksOf(Buffer.from(text), []))) {
        if (line.kind === 'line') found.push(line.ended)
      }
      return found
    }
    expect(await ends('a\nb\rc')).toEqual([true, true, false])
    expect(await ends('a\nb\r')).toEqual([true, true])
  })

  it.each<[string, Buffer]>([
    ['UTF-16 with a mark', Buffer.from('\uFEFFa\n', 'utf16le')],
    ['UTF-16 of the other order with a mark', Buffer.from('\uFEFFa\n', 'utf16le').swap16()],
    ['UTF-16 without a mark', Buffer.from('callId\n', 'utf16le')],
    ['UTF-16 of the other order without a mark', Buffer.from('callId\n', 'utf16le').swap16()],
    ['UTF-16 of one character', Buffer.from('a', 'utf16le')],
  ])('refuses %s by name, however the bytes are cut', async (_, bytes) => {
    await expect(linesOf(bytes)).rejects.toThrow('UTF-16')
    await expect(linesOf(bytes, [1, 1, 1])).rejects.toThrow('UTF-16')
  })
})
