import { byCall, byNumber, callback } from '../../redis/destination-keys.ts'
import { asOneOf } from '../../redis/reply.ts'
import { defineScript } from '../../redis/script.ts'
import type { Places } from '../ledger/places.ts'

const locateReplies = ['placed', 'changed'] as const

export interface LocateInput extends Places {
  id: string
  /** As the ledger has it. */
  intent: string
  acceptedMs: number
}

export const locate = defineScript<LocateInput, (typeof locateReplies)[number]>({
  name: 'locate',
  beside: import.meta.url,
  keys: { callback, byCall, byNumber },
  args: ['id', 'intent', 'acceptedMs', 'callScore', 'numberScore', 'keyMark', 'numberPrint'],
  decode: (reply) => asOneOf(reply, locateReplies),
})
