import { control } from '../../redis/destination-keys.ts'
import { asList, asOneOf } from '../../redis/reply.ts'
import { defineScript } from '../../redis/script.ts'
import type { Pausable } from './pause.ts'

export interface ResumeInput {
  what: readonly Pausable[]
}

/** Answers which of them were paused. */
export const resume = defineScript<ResumeInput, Pausable[]>({
  name: 'resume',
  beside: import.meta.url,
  keys: { control },
  args: ['what'],
  decode: (reply) => asList(reply).map((each) => asOneOf(each, ['dispatch', 'intake'])),
})
