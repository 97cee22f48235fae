import { control, inbox } from '../../redis/destination-keys.ts'
import { defineScript } from '../../redis/script.ts'

export interface FixPartitionsInput {
  /** As this worker is configured. */
  partitions: number
  group: string
}

/** Answers how many partitions the destination has: those, if nobody has served it before. */
export const fixPartitions = defineScript<FixPartitionsInput, number>({
  name: 'fix-partitions',
  beside: import.meta.url,
  keys: { control, inbox },
  args: ['partitions', 'group'],
  decode: Number,
})
