import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { Redis } from 'ioredis'
import { expect, it, onTestFinished } from 'vitest'

import { isoTimestamp } from '../../../../src/shared/time/timestamp.ts'
import { redisUrl } from '../../../support/redis.ts'

const isoTime = luaOf('iso-time')
const epochMs = luaOf('epoch-ms')
const source = `${isoTime}
local written = {}
for n, ms in ipairs(ARGV) do written[n] = iso_time(tonumber(ms)) end
return written`
const backAndForth = `${isoTime} ${epochMs}
local read = {}
for n, ms in ipairs(ARGV) do read[n] = string.format('%.0f', epoch_ms(iso_time(tonumber(ms)))) end
return read`
const endMs = Date.UTC(2101, 0) - 1

function luaOf(name: string): string {
  const file = new URL(`../../../../src/shared/store/lua/${name}.lua`, import.meta.url)
  return readFileSync(file, 'utf8')
}

function writtenByRedis(times: readonly number[]): Promise<unknown> {
  return runInRedis(source, times)
}

async function runInRedis(source: string, times: readonly number[]): Promise<unknown> {
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

it('is read by Redis as it was written, at any ms from 1970 to 2100', async () => {
  const times = fc.sample(fc.integer({ min: 0, max: endMs }), { numRuns: 5_000, seed: 1_970 })
  const ends: number[] = []
  for (let day = 0; day <= endMs; day += 86_400_000 * 7) ends.push(day, day + 86_399_999)
  for (const part of [times, ends.slice(0, 5_000), ends.slice(5_000)]) {
    expect(await runInRedis(backAndForth, part)).toEqual(part.map(String))
  }
})
