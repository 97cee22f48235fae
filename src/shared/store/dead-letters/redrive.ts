import { maxIntentBytes } from '../../contract/intent.ts'
import { callback, deadLetters, letterReasons, inbox, stats } from '../../redis/destination-keys.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
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
  id: string
  now: string
  retentionMs: number
  decidedBy?: string | undefined
}

const redriveMeasured = defineScript<
  RedriveInput & { mostBytes: number },
  (typeof redriveReplies)[number]
>({
  name: 'redrive',
  beside: import.meta.url,
  keys: { callback, inbox, deadLetters, letterReasons, stats },
  args: ['id', 'now', 'retentionMs', 'mostBytes'],
  decode: (reply) => asOneOf(reply, redriveReplies),
})

export function redrive(store: DestinationStore, input: RedriveInput) {
  return redriveMeasured(store, { ...input, mostBytes: maxIntentBytes })
}
