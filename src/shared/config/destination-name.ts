import { unreadable, read } from './reading.ts'
import type { ValueType } from './setting.ts'
import { asItIs } from './value-types.ts'

const format = '1 to 32 lower-case letters, digits and hyphens'

/** A destination's name is part of its keys in Redis; no worker serves one that is written otherwise. */
export const destinationName: ValueType<string> = {
  format,
  read: (text) =>
    /^[a-z0-9-]{1,32}$/.test(text) ? read(text) : unreadable('is not a name for a destination'),
  write: asItIs,
}
