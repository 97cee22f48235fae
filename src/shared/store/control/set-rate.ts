import { control } from '../../redis/destination-keys.ts'
import { asOptionalText } from '../../redis/reply.ts'
import { defineScript } from '../../redis/script.ts'

export interface SetRateInput {
  /** Attempts a second; undefined for what the workers are configured with. */
  rate: number | 'none' | undefined
  by: string | undefined
  why: string | undefined
}

/** Answers what was set before. */
export const setRate = defineScript<SetRateInput, SetRateInput['rate']>({
  name: 'set-rate',
  beside: import.meta.url,
  keys: { control },
  args: ['rate', 'by', 'why'],
  decode: (reply) => {
    const before = asOptionalText(reply)
    return before === undefined || before === 'none' ? before : Number(before)
  },
})
