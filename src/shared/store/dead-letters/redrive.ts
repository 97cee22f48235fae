import { maxIntentBytes } from '../../contract/intent.ts'
import { callback, deadLetters, inbox, stats } from '../../redis/destination-keys.ts'
import type { Redis } from '../../redis/connection.ts'
import type { DestinationRef } from '../../redis/keys.ts'
import { asOneOf } from '../../redis/reply.ts'
import { defineScript } from '../../redis/script.ts'

const redriveReplies = [
  'redriven',
  'missing',
  'not-dead',
  'redriven-before',
  'nothing-to-send',
  'too-large',
] as const

export interface RedriveInput {
  ref: DestinationRef
  id: string
  now: string
  retentionMs: number
}

const redriveMeasured = defineScript<
  RedriveInput & { mostBytes: number },
  (typeof redriveReplies)[number]
>({
  name: 'redrive',
  beside: import.meta.url,
  keys: { callback, inbox, deadLetters, stats },
  args: ['id', 'now', 'retentionMs', 'mostBytes'],
  decode: (reply) => asOneOf(reply, redriveReplies),
})

export function redrive(redis: Redis, input: RedriveInput) {
  return redriveMeasured(redis, { ...input, mostBytes: maxIntentBytes })
}
