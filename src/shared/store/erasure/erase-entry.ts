import { callback, inbox, intake, results } from '../../redis/destination-keys.ts'
import { asOneOf } from '../../redis/reply.ts'
import { defineScript } from '../../redis/script.ts'

const eraseEntryReplies = ['erased', 'missing', 'opened'] as const

export interface EraseEntryInput {
  group: string
  entryId: string
  /** As given, or the one it would be buried under. */
  id: string
  mayPublish: boolean
  now: string
}

export const eraseEntry = defineScript<EraseEntryInput, (typeof eraseEntryReplies)[number]>({
  name: 'erase-entry',
  beside: import.meta.url,
  keys: { inbox, callback, results, intake },
  args: ['id', 'group', 'entryId', 'mayPublish', 'now'],
  decode: (reply) => asOneOf(reply, eraseEntryReplies),
})
