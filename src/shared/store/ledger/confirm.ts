import { callback, inbox } from '../../redis/destination-keys.ts'
import type { Place } from '../../redis/keys.ts'
import { defineScript } from '../../redis/script.ts'

export interface ConfirmInput {
  place: Place
  id: string
  entryId: string
  group: string
  now: string
}

/** True if the callback became `scheduled` by this. */
export const confirm = defineScript<ConfirmInput, boolean>({
  name: 'confirm',
  beside: import.meta.url,
  keys: { callback, inbox },
  args: ['group', 'entryId', 'now'],
  decode: (reply) => reply === 1,
})
