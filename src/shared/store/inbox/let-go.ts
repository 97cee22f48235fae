import { callback, inbox, intake } from '../../redis/destination-keys.ts'
import { defineScript } from '../../redis/script.ts'

export interface LetGoInput {
  id: string
  entryId: string
  group: string
}

export const letGo = defineScript<LetGoInput, undefined>({
  name: 'let-go',
  beside: import.meta.url,
  keys: { inbox, callback, intake },
  args: ['entryId', 'group'],
  decode: () => undefined,
})
