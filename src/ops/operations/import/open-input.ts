import { open } from 'node:fs/promises'

import { messageOf, RingbackError } from '../../../shared/errors/errors.ts'

export interface Input {
  chunks: AsyncIterable<Uint8Array | string>
  /** Undefined for what has no size, such as a pipe. */
  bytes: number | undefined
}

export interface InputDeps {
  stdin: NodeJS.ReadableStream
  stopped: AbortSignal
}

/** A file, or `-` for the standard input. Ends early, without an error, when we are stopped. */
export async function openInput(file: string, { stdin, stopped }: InputDeps): Promise<Input> {
  if (file === '-') return { chunks: read(stdin, { file, stopped }), bytes: undefined }
  try {
    const handle = await open(file)
    const stats = await handle.stat()
    const chunks = read(handle.createReadStream(), { file, stopped })
    return { chunks, bytes: stats.isFile() ? stats.size : undefined }
  } catch (error) {
    throw unreadable(file, error)
  }
}

interface Source extends AsyncIterable<Uint8Array | string> {
  destroy?(): unknown
}

async function* read(
  stream: Source,
  { file, stopped }: { file: string; stopped: AbortSignal },
): AsyncGenerator<Uint8Array | string> {
  const iterator = stream[Symbol.asyncIterator]()
  let wake = () => {
    // Replaced at once.
  }
  const stop = new Promise<undefined>((resolve) => (wake = () => resolve(undefined)))
  stopped.addEventListener('abort', wake, { once: true })
  try {
    while (!stopped.aborted) {
      // A terminal or a pipe may be silent for hours, and must not keep us from ending.
      const next = await Promise.race([iterator.next(), stop])
      if (next === undefined || next.done === true) return
      yield next.value
    }
  } catch (error) {
    throw unreadable(file, error)
  } finally {
    stopped.removeEventListener('abort', wake)
    // An open standard input would keep the process alive.
    stream.destroy?.()
  }
}

const reasons = new Map([
  ['ENOENT', 'does not exist'],
  ['ENOTDIR', 'does not exist'],
  ['EACCES', 'may not be read by this user'],
  ['EPERM', 'may not be read by this user'],
  ['EISDIR', 'is a directory'],
])

function unreadable(file: string, error: unknown): RingbackError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const name = file === '-' ? 'The standard input' : file
  const reason = reasons.get(code) ?? `cannot be read: ${messageOf(error)}`
  return new RingbackError('input-not-readable', `${name} ${reason}.`, { cause: error })
}
