import { describe, expect, it } from 'vitest'

import { judgeSafety } from '../../../../../src/shared/store/server/redis-safety.ts'

const safe = [
  ['aof_enabled', '1'],
  ['aof_last_write_status', 'ok'],
  ['maxmemory_policy', 'noeviction'],
] as const

function judge(...changed: readonly (readonly [string, string])[]) {
  return judgeSafety(new Map([...safe, ...changed]))
}

describe('a Redis', () => {
  it('is safe with an append-only file that is written, and without eviction', () => {
    expect(judge()).toEqual({ isSafe: true, memoryUsedRatio: undefined })
  })

  it.each([
    ['aof_enabled', '0'],
    ['aof_last_write_status', 'err'],
    ['maxmemory_policy', 'allkeys-lru'],
  ])('is not safe with %s %s', (name, value) => {
    expect(judge([name, value]).isSafe).toBe(false)
  })

  it('that says nothing is neither', () => {
    expect(judgeSafety(new Map())).toEqual({ isSafe: undefined, memoryUsedRatio: undefined })
  })

  it('tells how full it is where it has a limit', () => {
    expect(judge(['used_memory', '50'], ['maxmemory', '200']).memoryUsedRatio).toBe(0.25)
    expect(judge(['used_memory', '50'], ['maxmemory', '0']).memoryUsedRatio).toBeUndefined()
  })
})
