import { deadLetters } from '../../redis/destination-keys.ts'
import { asList, asText, inGroupsOf } from '../../redis/reply.ts'
import { defineReadingScript } from '../../redis/script.ts'

export interface LettersAfterInput {
  /** Epoch ms, as the index has it. */
  score: string
  afterId: string
  most: number
}

/** Dead letters from behind a place in their order on, whether what stood there is still there or not. */
export const lettersAfter = defineReadingScript<
  LettersAfterInput,
  { id: string; diedAtMs: number }[]
>({
  name: 'letters-after',
  beside: import.meta.url,
  keys: { deadLetters },
  args: ['score', 'afterId', 'most'],
  decode: (reply) =>
    inGroupsOf(2, asList(reply)).map(([id, score]) => ({
      id: asText(id),
      diedAtMs: Number(score),
    })),
})
