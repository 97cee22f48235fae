import { InvalidArgumentError } from 'commander'

import { readPerSecond } from '../../text/rate.ts'

/** Reads a rate such as `5/s`, `30/m` or `100/h`, in so many a second, or one of these words. */
export function rateOr<Word extends string = never>(...words: Word[]) {
  const others = words.map((word) => `; or ${word}`).join('')
  return (text: string): number | Word => {
    const rate = words.find((word) => word === text) ?? readPerSecond(text)
    if (rate !== undefined) return rate
    throw new InvalidArgumentError(
      `It must be a rate such as 5/s, 30/m or 100/h, from 0.001 to 10000 a second${others}.`,
    )
  }
}
