import { expect, it } from 'vitest'

import { isBucketKey, numberPlaceKey, scheduleKey } from '../../../../src/shared/redis/keys.ts'
import { placesOf } from '../../../../src/shared/store/ledger/places.ts'
import { placedMember, testNumberKey } from '../../../support/number-key.ts'
import { startPrivateRedis } from '../../../support/private-redis.ts'
import { setup } from '../../../support/ringback.ts'

const count = 500
const attributes = {
  campaign: 'spring-2026',
  segment: 'returning-customers',
  source: 'web-form',
  region: 'europe-central, customers of Vienna',
}

function callback(n: number) {
  return {
    id: `3f1c9a52-7d84-4e0b-9a61-${String(n).padStart(12, '0')}`,
    callId: `89328b83-ff42-4c85-a2af-${String(n).padStart(12, '0')}`,
    callbackNumber: `+1${8_445_790_000 + n}`,
    isPreviewCallback: true,
    delay: 3_600_000,
    attributes,
  }
}

it('holds a callback that is put off, its ledger and its place in the schedule, in no more than 850 bytes of Redis', async () => {
  const server = await startPrivateRedis()
  const { store, producer, recorder, startWorker } = await setup({ redisUrl: server.url })
  const { redis, ref } = store
  const callbacks = Array.from({ length: count }, (_, n) => callback(n))
  expect(Math.abs(JSON.stringify(callbacks[0]).length - 300)).toBeLessThan(10)
  for await (const answer of producer.enqueueMany(callbacks)) expect(answer.kind).toBe('accepted')
  startWorker()
  await recorder.next(
    'callback.scheduled',
    () => recorder.of('callback.scheduled').length === count,
  )

  // Neither BullMQ's stream of events, which is bounded however many callbacks wait, nor the indexes: see below.
  const all = await redis.keys(`{${ref.namespace}:*`)
  const keys = all.filter((key) => !key.endsWith(':events') && !isBucketKey(ref, key))
  const sizes = await Promise.all(keys.map((key) => redis.memory('USAGE', key, 'SAMPLES', 0)))
  const bytes = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0) / count
  expect(keys.length).toBeGreaterThanOrEqual(count)
  expect(await redis.zcard(scheduleKey(ref))).toBe(count)
  expect(bytes).toBeLessThanOrEqual(850)
  // Less than the intent itself would mean that something was not counted.
  expect(bytes).toBeGreaterThan(300)
})

it('finds a callback by call and by number for 64 bytes of Redis, where a million of them fill the buckets', async () => {
  const { redis, ref } = (await setup()).store
  const bucket = numberPlaceKey(ref, '0000')
  const perBucket = Math.round(1_000_000 / 16_384)
  for (let n = 0; n < perBucket; n += 1) {
    const { id } = callback(n)
    const { numberScore } = placesOf(testNumberKey, callback(n))
    await redis.zadd(bucket, numberScore, placedMember(id))
  }
  const bytes = (await redis.memory('USAGE', bucket, 'SAMPLES', 0)) ?? Infinity
  expect((2 * bytes) / perBucket).toBeLessThanOrEqual(64)
})
