import { callback, deadLetters, letterReasons } from '../../redis/destination-keys.ts'
import { asOneOf } from '../../redis/reply.ts'
import { defineScript } from '../../redis/script.ts'

const discardReplies = ['discarded', 'missing', 'not-dead'] as const

export interface DiscardInput {
  id: string
  now: string
  retentionMs: number
  decidedBy?: string | undefined
}

export const discard = defineScript<DiscardInput, (typeof discardReplies)[number]>({
  name: 'discard',
  beside: import.meta.url,
  keys: { callback, deadLetters, letterReasons },
  args: ['id', 'now', 'retentionMs'],
  decode: (reply) => asOneOf(reply, discardReplies),
})
