import { RingbackError } from '../../../shared/errors/errors.ts'

const utf8Mark = Buffer.from([0xef, 0xbb, 0xbf])
const utf16Marks = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])]

/**
 * The same bytes without UTF-8's byte order mark. Throws for UTF-16, with a mark and without: of its text, which begins
 * with a name or a bracket, every other byte is zero, and in no text of ours any byte is.
 */
export async function* checkEncoding(
  chunks: AsyncIterable<Uint8Array | string>,
): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0)
  for await (const chunk of chunks) {
    if (head === undefined) {
      yield Buffer.from(chunk)
      continue
    }
    head = Buffer.concat([head, Buffer.from(chunk)])
    if (head.length < utf8Mark.length) continue
    yield withoutMark(head)
    head = undefined
  }
  if (head !== undefined && head.length > 0) yield withoutMark(head)
}

function withoutMark(head: Buffer): Buffer {
  if (isUtf16(head)) {
    throw new RingbackError(
      'input-not-readable',
      'The input is UTF-16. Save it as UTF-8 (in Excel: "CSV UTF-8") and import that.',
    )
  }
  return startsWith(head, utf8Mark) ? head.subarray(utf8Mark.length) : head
}

function isUtf16(head: Buffer): boolean {
  if (utf16Marks.some((mark) => startsWith(head, mark))) return true
  return (head[0] === 0) !== (head[1] === 0)
}

function startsWith(head: Buffer, beginning: Buffer): boolean {
  return head.subarray(0, beginning.length).equals(beginning)
}
