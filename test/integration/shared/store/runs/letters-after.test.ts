/** Dead letters are walked in the order of their index, which is by time and, within a millisecond, by the bytes of ids. */
import fc from 'fast-check'
import { expect, it } from 'vitest'

import { deadLettersKey } from '../../../../../src/shared/redis/keys.ts'
import { lettersAfter } from '../../../../../src/shared/store/runs/letters-after.ts'
import { freshEnvironment } from '../../../ops/support/environment.ts'

const id = fc.stringMatching(/^[A-Za-z0-9._-]{1,4}$/)
const letters = fc.uniqueArray(fc.record({ id, score: fc.integer({ min: 1, max: 3 }) }), {
  selector: (letter) => letter.id,
  maxLength: 30,
})

it('a walk comes to every dead letter once, whatever leaves the list behind it', async () => {
  const { store } = freshEnvironment()
  const key = deadLettersKey(store.ref)
  const walk = async (all: { id: string; score: number }[], count: number, leave: boolean) => {
    await store.redis.del(key)
    for (const each of all) await store.redis.zadd(key, each.score, each.id)
    const seen: string[] = []
    for (let at = { score: '0', afterId: '' }; ;) {
      const page = await lettersAfter(store, { ...at, most: count })
      const last = page.at(-1)
      if (last === undefined) return seen
      seen.push(...page.map((each) => each.id))
      if (leave) await store.redis.zrem(key, ...page.map((each) => each.id))
      at = { score: String(last.diedAtMs), afterId: last.id }
    }
  }
  await fc.assert(
    fc.asyncProperty(
      letters,
      fc.integer({ min: 1, max: 7 }),
      fc.boolean(),
      async (all, count, leave) => {
        const seen = await walk(all, count, leave)
        expect(seen.toSorted()).toEqual(all.map((each) => each.id).toSorted())
      },
    ),
    { numRuns: 60 },
  )
})
