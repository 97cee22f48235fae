import { expect, it } from 'vitest'

import { callbackKey, deadLettersKey } from '../../../../../src/shared/redis/keys.ts'
import {
  joinKinds,
  readLetterKinds,
} from '../../../../../src/shared/store/dead-letters/letter-kinds.ts'
import { freshEnvironment } from '../../../ops/support/environment.ts'

/** A hundred: the first ninety refused, the last ten exhausted. */
async function hundred() {
  const { store } = freshEnvironment()
  const { redis, ref } = store
  for (let at = 0; at < 100; at += 1) {
    const id = `l${at}`
    await redis.zadd(deadLettersKey(ref), 1_000 + at, id)
    const kind = at < 90 ? { reason: 'refused', code: 'http-400' } : { reason: 'exhausted' }
    await redis.hset(callbackKey(ref, id), kind)
  }
  return store
}

const everything = { sinceMs: undefined, untilMs: undefined }

it('all are counted where they are few', async () => {
  const store = await hundred()
  expect(await readLetterKinds(store, { ...everything, most: 100 })).toEqual({
    total: 100,
    lookedAt: 100,
    kinds: [
      { reason: 'refused', code: 'http-400', count: 90 },
      { reason: 'exhausted', code: '', count: 10 },
    ],
  })
})

it('of many, those that are looked at lie evenly between the oldest and the youngest', async () => {
  const store = await hundred()
  expect(await readLetterKinds(store, { ...everything, most: 20 })).toEqual({
    total: 100,
    lookedAt: 20,
    kinds: [
      { reason: 'refused', code: 'http-400', count: 18 },
      { reason: 'exhausted', code: '', count: 2 },
    ],
  })
})

it('only those of a time are counted, and the end of it is left out', async () => {
  const store = await hundred()
  const some = { sinceMs: 1_088, untilMs: 1_093, most: 100 }
  expect(await readLetterKinds(store, some)).toMatchObject({ total: 5, lookedAt: 5 })
  const none = { sinceMs: 5_000, untilMs: 1_000, most: 100 }
  expect(await readLetterKinds(store, none)).toEqual({ total: 0, lookedAt: 0, kinds: [] })
})

it('of several partitions, what was looked at of one stands for all that it has', () => {
  const few = { total: 2, lookedAt: 2, kinds: [{ reason: 'refused', code: 'a', count: 2 }] }
  const many = {
    total: 1_000,
    lookedAt: 10,
    kinds: [
      { reason: 'expired', code: 'b', count: 8 },
      { reason: 'refused', code: 'a', count: 2 },
    ],
  }
  expect(joinKinds([few, many])).toEqual({
    total: 1_002,
    lookedAt: 12,
    kinds: [
      { reason: 'expired', code: 'b', count: 800 },
      { reason: 'refused', code: 'a', count: 202 },
    ],
  })
  expect(joinKinds([few])).toEqual(few)
})
