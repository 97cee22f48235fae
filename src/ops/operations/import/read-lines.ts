import { checkEncoding } from './check-encoding.ts'

/** Four times the longest intent: what is longer is not a line of ours but a file of another kind. */
export const maxLineBytes = 64 * 1024

export type Line =
  | {
      kind: 'line'
      number: number
      bytes: Buffer
      /** False for the last line of an input that ends without a line end: it may have been cut off. */
      ended: boolean
    }
  | { kind: 'too-long'; number: number }

const newline = 0x0a
const carriageReturn = 0x0d

/**
 * The lines of a stream, numbered from 1, without their ends: LF, CRLF or CR, also mixed, as files come that went through
 * several hands. Holds no more than one line in memory, and of a line that is too long nothing.
 */
export async function* readLines(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<Line> {
  let number = 0
  let start = emptyStart()
  let afterReturn = false
  const finish = (end: Buffer, ended: boolean): Line => {
    number += 1
    const bytes = joined(start, end)
    start = emptyStart()
    return bytes === undefined
      ? { kind: 'too-long', number }
      : { kind: 'line', number, bytes, ended }
  }
  for await (const bytes of checkEncoding(chunks)) {
    if (bytes.length === 0) continue
    // The LF of a CRLF that was cut in two.
    let from: number = afterReturn && bytes[0] === newline ? 1 : 0
    afterReturn = bytes.at(-1) === carriageReturn
    const ends = createEnds(bytes)
    for (let end = ends.next(from); end >= 0; end = ends.next(from)) {
      yield finish(bytes.subarray(from, end), true)
      const isPair = bytes[end] === carriageReturn && bytes[end + 1] === newline
      from = isPair ? end + 2 : end + 1
    }
    if (from < bytes.length) start = longer(start, bytes.subarray(from))
  }
  if (start.length > 0) yield finish(Buffer.alloc(0), false)
}

/** Where lines end. Looks no byte up twice: a file without CR would else be searched to its end for each line. */
function createEnds(bytes: Buffer) {
  const next = { [newline]: -2, [carriageReturn]: -2 }
  const find = (byte: typeof newline | typeof carriageReturn, from: number) => {
    if (next[byte] !== -1 && next[byte] < from) next[byte] = bytes.indexOf(byte, from)
    return next[byte] === -1 ? Infinity : next[byte]
  }
  return {
    /** -1 without any. */
    next: (from: number) => {
      const end = Math.min(find(newline, from), find(carriageReturn, from))
      return end === Infinity ? -1 : end
    },
  }
}

/** What is known of a line whose end has not come yet. */
interface LineStart {
  parts: Buffer[]
  length: number
}

function emptyStart(): LineStart {
  return { parts: [], length: 0 }
}

function longer({ parts, length }: LineStart, part: Buffer): LineStart {
  const total = length + part.length
  return { parts: total > maxLineBytes ? [] : [...parts, part], length: total }
}

function joined(start: LineStart, end: Buffer): Buffer | undefined {
  if (start.length + end.length > maxLineBytes) return undefined
  return start.length === 0 ? end : Buffer.concat([...start.parts, end])
}
