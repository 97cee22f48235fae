import { callback, deadLetters, letterReasons } from '../../redis/destination-keys.ts'
import { defineScript } from '../../redis/script.ts'

/** True if the index of dead letters had lost it. */
export const relist = defineScript<{ id: string; diedAtMs: number }, boolean>({
  name: 'relist',
  beside: import.meta.url,
  keys: { callback, deadLetters, letterReasons },
  args: ['id', 'diedAtMs'],
  decode: (reply) => reply === 1,
})
