import { readFileSync, statSync } from 'node:fs'

import { read, unreadable, type Reading } from './reading.ts'

/** No key, certificate or list of destinations comes near it; a mistaken path to a log file or a device might. */
const maxBytes = 4 * 1024 * 1024

const messages = new Map([
  ['ENOENT', 'names a file that does not exist'],
  ['ENOTDIR', 'names a file that does not exist'],
  ['EACCES', 'names a file that this user may not read'],
  ['EPERM', 'names a file that this user may not read'],
])

/** Reads a small text file at start. */
export function readTextFile(path: string): Reading<string> {
  const file = readSmallFile(path)
  return file.kind === 'ok' ? read(file.value.toString('utf8').replace(/^\uFEFF/, '')) : file
}

/** Reads a small file at start. A pipe is fine: shells hand over secrets as `<(command)`. */
export function readSmallFile(path: string): Reading<Buffer> {
  try {
    const stats = statSync(path)
    if (stats.isDirectory()) return unreadable('names a directory')
    if (!stats.isFile() && !stats.isFIFO()) return unreadable('names something that is not a file')
    if (stats.size > maxBytes) return unreadable(`names a file larger than ${maxBytes} bytes`)
    return read(readFileSync(path))
  } catch (thrown) {
    return unreadable(describe(thrown))
  }
}

function describe(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'no code'
  return messages.get(code) ?? `names a file that cannot be read (${code})`
}
