import {
  closeSync,
  existsSync,
  fchmodSync,
  fchownSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'

import { messageOf, RingbackError } from '../../../shared/errors/errors.ts'

/**
 * In one go, so that whoever looks meanwhile reads the one or the other. The file keeps its owner and mode: a service that could read it
 * still can when root has changed it. A new one is for its owner alone.
 */
export function replaceFile(file: string, text: string): void {
  const path = existsSync(file) ? realpathSync(file) : file
  const next = `${path}.${process.pid}.new`
  try {
    rmSync(next, { force: true })
    // Anew, and not through a link that somebody has put there.
    const made = openSync(next, 'wx', 0o600)
    try {
      if (existsSync(path)) giveOwnerAndMode(path, made)
      writeFileSync(made, text)
    } finally {
      closeSync(made)
    }
    renameSync(next, path)
  } catch (cause) {
    rmSync(next, { force: true })
    const message = `${file} could not be changed, and is as it was: ${messageOf(cause)}.`
    throw new RingbackError('output-not-writable', message, { cause })
  }
}

function giveOwnerAndMode(path: string, made: number): void {
  const { uid, gid, mode } = statSync(path)
  try {
    fchownSync(made, uid, gid)
  } catch (cause) {
    const message =
      'it belongs to somebody else, and has to stay so. Run this as its owner, or root'
    throw new Error(message, { cause })
  }
  fchmodSync(made, mode & 0o777)
}
