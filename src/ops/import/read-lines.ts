import { RingbackError } from '../../shared/errors/errors.ts'

/** Four times the longest intent: what is longer is no line of ours but a file of another kind. */
export const maxLineBytes = 64 * 1024

export type Line =
  { kind: 'line'; number: number; bytes: Buffer } | { kind: 'too-long'; number: number }

const newline = 0x0a
const carriageReturn = 0x0d
const utf8Mark = Buffer.from([0xef, 0xbb, 0xbf])
const utf16Marks = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])]

/**
 * The lines of a stream, numbered from 1, without their ends (LF or CRLF) and without a byte order mark. Holds no more
 * than one line in memory, and of a line that is too long nothing.
 */
export async function* readLines(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<Line> {
  let number = 0
  let start = emptyStart()
  const finish = (end: Buffer): Line => {
    number += 1
    const bytes = joined(start, end)
    start = emptyStart()
    if (bytes === undefined) return { kind: 'too-long', number }
    return { kind: 'line', number, bytes: trimmed(number === 1 ? withoutMark(bytes) : bytes) }
  }
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk)
    let from = 0
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, from)) {
      yield finish(bytes.subarray(from, end))
      from = end + 1
    }
    if (from < bytes.length) start = longer(start, bytes.subarray(from))
  }
  if (start.length > 0) yield finish(Buffer.alloc(0))
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

function trimmed(bytes: Buffer): Buffer {
  return bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes
}

function withoutMark(bytes: Buffer): Buffer {
  if (utf16Marks.some((mark) => mark.equals(bytes.subarray(0, mark.length)))) {
    throw new RingbackError(
      'input-not-readable',
      'The input is UTF-16. Save it as UTF-8 (in Excel: "CSV UTF-8") and import that.',
    )
  }
  return utf8Mark.equals(bytes.subarray(0, utf8Mark.length))
    ? bytes.subarray(utf8Mark.length)
    : bytes
}
