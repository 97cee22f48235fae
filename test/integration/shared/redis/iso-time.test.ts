import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { Redis } from 'ioredis'
import { expect, it, onTestFinished } from 'vitest'

import { isoTimestamp } from '../../../../src/shared/time/timestamp.ts'
import { redisUrl } from '../../../support/redis.ts'

const file = new URL('../../../../src/shared/store/lua/iso-time.lua', import.meta.url)
const source = `${readFileSync(file, 'utf8')}
local written = {}
for n, ms in ipairs(ARGV) do written[n] = iso_time(tonumber(ms)) end
return written`
const endMs = Date.UTC(2101, 0) - 1

async function writtenByRedis(times: readonly number[]): Promise<unknown> {
  const redis = new Redis(redisUrl())
  onTestFinished(() => redis.disconnect())
  return redis.eval(source, 0, ...times)
}

it('is written by Redis as by us, at any ms from 1970 to 2100', async () => {
  const times = fc.sample(fc.integer({ min: 0, max: endMs }), { numRuns: 5_000, seed: 1_970 })
  expect(await writtenByRedis(times)).toEqual(times.map(isoTimestamp))
})

it('is written by Redis as by us on the first and the last ms of every day from 1970 to 2100', async () => {
  const times: number[] = []
  for (let day = 0; day <= endMs; day += 86_400_000) times.push(day, day + 86_399_999)
  expect(times.length).toBe(2 * 47_847)
  const parts = Array.from({ length: 20 }, (_, n) => times.slice(n * 5_000, (n + 1) * 5_000))
  for (const part of parts) expect(await writtenByRedis(part)).toEqual(part.map(isoTimestamp))
})
