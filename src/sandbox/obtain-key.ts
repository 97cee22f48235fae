import { createPrivateKey, type KeyObject } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

import { createKeyPair } from './key-pair.ts'
import { messageOf, RingbackError } from '../shared/errors/errors.ts'

/** Where the sandbox and the demo keep the key that they share with workers, unless another file is named. */
export const defaultKeyFile = '.ringback/sandbox.pem'

/** The private key in a file; made where there is none. `option` is how the file was named. */
export function obtainKey(option: string, file: string): KeyObject {
  try {
    if (!existsSync(file)) {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
      writeFileSync(file, createKeyPair().privateKeyPem, { mode: 0o600, flag: 'wx' })
    }
    return createPrivateKey(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new RingbackError(
      'invalid-configuration',
      `${option}: ${file} can neither be read as a private key nor created: ${messageOf(error)}. Name a file that is a ` +
        'PEM private key, or that does not exist yet.',
      { cause: error },
    )
  }
}
