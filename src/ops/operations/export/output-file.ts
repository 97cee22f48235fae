import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises'

import { messageOf, RingbackError } from '../../../shared/errors/errors.ts'

/** Customers' data: for nobody but whoever exported it. */
const mode = 0o600

/**
 * Writes a file that is there as a whole or not at all: under another name first, and not through a link that somebody has put in
 * its place. `isWhole`: of what was written. What is no file, such as a pipe, is written as it is.
 */
export async function withOutputFile<Result>(
  path: string,
  use: (write: (text: string) => Promise<void>) => Promise<Result>,
  isWhole: (result: Result) => boolean,
): Promise<Result> {
  const isSpecial = await isOtherThanFile(path)
  const place = isSpecial ? path : `${path}.partial`
  const handle = await openAnew(place, isSpecial).catch((error: unknown) => {
    throw unwritable(path, error)
  })
  let result: Result
  try {
    result = await use((text) => append(handle, text, path))
    await handle.close()
  } catch (error) {
    await handle.close().catch(() => undefined)
    if (!isSpecial) await rm(place, { force: true })
    throw error
  }
  if (isSpecial) return result
  if (isWhole(result)) await rename(place, path)
  else await rm(place, { force: true })
  return result
}

/** Whether one is there that would be replaced. */
export async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}

async function isOtherThanFile(path: string): Promise<boolean> {
  try {
    return !(await stat(path)).isFile()
  } catch {
    return false
  }
}

async function openAnew(place: string, isSpecial: boolean): Promise<FileHandle> {
  if (isSpecial) return open(place, 'w')
  // What an export left that was killed.
  await rm(place, { force: true })
  return open(place, 'wx', mode)
}

async function append(handle: FileHandle, text: string, path: string): Promise<void> {
  try {
    await handle.appendFile(text)
  } catch (error) {
    throw unwritable(path, error)
  }
}

function unwritable(path: string, error: unknown): RingbackError {
  const message = `${path} cannot be written: ${messageOf(error)}.`
  return new RingbackError('output-not-writable', message, { cause: error })
}
