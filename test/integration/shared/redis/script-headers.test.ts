import { readdirSync, readFileSync } from 'node:fs'
import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished, vi } from 'vitest'

import { entryLimits } from '../../../../src/shared/inbox/limits.ts'
import { inboxKey, type Place } from '../../../../src/shared/redis/keys.ts'
import { erase, eraseEntry } from '../../../../src/shared/redis/erase-scripts.ts'
import { readEntries } from '../../../../src/shared/redis/read-entries.ts'
import { relist } from '../../../../src/shared/redis/reconciliation.ts'
import { confirm } from '../../../../src/shared/redis/confirm-script.ts'
import { retime } from '../../../../src/shared/redis/repair-scripts.ts'
import * as scripts from '../../../../src/shared/redis/scripts.ts'
import { readVanished } from '../../../../src/shared/inbox/vanished.ts'
import { readStreamPosition } from '../../../../src/shared/redis/stream-position.ts'
import { resolve, verify } from '../../../../src/shared/redis/uncertain-scripts.ts'
import { acceptedAt, entryId, id, intent } from '../../../support/ledger.ts'
import { freshNamespace, redisUrl } from '../../../support/redis.ts'

const folder = new URL('../../../../src/shared/redis/scripts/', import.meta.url)
/** What the other files share; they get what they need as arguments of a function. */
const shared = [
  'same-number.lua',
  'taking.lua',
  'recent.lua',
  'acceptance.lua',
  'ending.lua',
  'iso-time.lua',
  'entry-time.lua',
  'oldest-result.lua',
  'redriving.lua',
]
/** Take a whole page at once; see survey.test.ts, dead-letter-index.test.ts, realign.test.ts and repair.test.ts. */
const anyNumberOfKeys = ['mistimed.lua', 'realign.lua', 'survey.lua', 'unlist.lua']
const now = acceptedAt
const times = { now, nowMs: 1, acceptedAt, dueAt: now, notBefore: now, expiresAt: now }
const words = { reason: 'expired', code: 'code', message: 'message' } as const

/** Each script called by its wrapper with every field that there is. */
const calls: Record<string, (redis: Redis, place: Place) => Promise<unknown>> = {
  accept: (redis, place) =>
    scripts.accept(redis, { place, id, intent, delayMs: 1, ...times, traceparent: 't' }),
  begin: (redis, place) =>
    scripts.begin(redis, { place, id, generation: 1, claim: 'c', now, nowWithTolerance: now }),
  bury: (redis, place) =>
    scripts.bury(redis, {
      ...{ place, group: 'g', entryId, id, fallbackId: 'f', ...words, raw: Buffer.from('') },
      ...{ ...times, oldestResult: '0-0' },
    }),
  confirm: (redis, place) => confirm(redis, { place, id, entryId, group: 'g', now }),
  discard: (redis, place) => scripts.discard(redis, { place, id, now, retentionMs: 1 }),
  erase: (redis, place) =>
    erase(redis, {
      ...{ place, id, group: 'g', content: Buffer.from(intent), now, tellEnd: true },
    }),
  'erase-entry': (redis, place) =>
    eraseEntry(redis, { place, id, group: 'g', entryId, now, tellEnd: true }),
  open: (redis, place) =>
    scripts.open(redis, { place, id, intent, entryId, delayMs: 1, ...times, traceparent: 't' }),
  retime: (redis, place) => retime(redis, { place, id, generation: 1, delayMs: 1, notBefore: now }),
  vanished: (redis, place) => readVanished(redis, { place }),
  'stream-position': (redis, place) => readStreamPosition(redis, { key: inboxKey(place) }),
  relist: (redis, place) => relist(redis, { place, id, diedAtMs: 1 }),
  'read-entries': (redis, place) =>
    readEntries(redis, { place, from: [entryId], limits: entryLimits }),
  redrive: (redis, place) => scripts.redrive(redis, { place, id, now, retentionMs: 60_000 }),
  resolve: (redis, place) =>
    resolve(redis, {
      ...{ place, id, recordId: 'r', now, nowMs: 1, oldestResult: '0-0' },
      ...{ retentionMs: 1, recordTtlMs: 1 },
    }),
  settle: (redis, place) =>
    scripts.settle(redis, {
      ...{ place, id, attempt: 1, record: '{}', state: 'booked', ...times, ...words },
      ...{ recordId: 'r', nextAttemptAt: now, possibleDuplicate: true, retentionMs: 1 },
      ...{ oldestResult: '0-0', attributes: '{}', keptRecords: 1 },
      ...{ generation: 1, recordTtlMs: 1, uncertainSince: now, followed: 'retried' },
    }),
  verify: (redis, place) =>
    verify(redis, {
      ...{ place, id, attempt: 1, record: '{}', state: 'booked', ...times, ...words },
      ...{ recordId: 'r', nextAt: now, possibleDuplicate: true, retentionMs: 1 },
      ...{ oldestResult: '0-0', attributes: '{}', recordTtlMs: 1, verdict: 'held' },
    }),
}

it('knows every script there is', () => {
  const files = readdirSync(folder).filter((name) => !shared.includes(name))
  const called = Object.keys(calls).map((name) => `${name}.lua`)
  expect(files.sort()).toEqual([...called, ...anyNumberOfKeys].sort())
})

describe.each(Object.keys(calls))('%s.lua', (name) => {
  const lines = readFileSync(new URL(`${name}.lua`, folder), 'utf8').split('\n')
  const firstCode = lines.findIndex((line) => !line.startsWith('--'))
  const header = lines.slice(0, firstCode).join('\n')
  const code = lines.slice(firstCode).join('\n')

  it.each(['KEYS', 'ARGV'])('says in its header of every %s what it is, and uses all', (list) => {
    const said = numbersOf(list, header)
    expect(said).toEqual(Array.from(said, (_, index) => index + 1))
    expect([...new Set(numbersOf(list, code))].sort((a, b) => a - b)).toEqual(said)
  })

  it('is given by its wrapper as many KEYS and ARGV as its header names, all keys in one slot', async () => {
    const { keys, args } = await callOf(name)
    expect(keys.length).toBe(numbersOf('KEYS', header).length)
    expect(args.length).toBe(numbersOf('ARGV', header).length)
    expect(new Set(keys.map((key) => /^\{[^}]+\}/.exec(key)?.[0])).size).toBe(1)
  })
})

function numbersOf(list: string, text: string): number[] {
  return [...text.matchAll(new RegExp(`${list}\\[(\\d+)\\]`, 'g'))].map(([, n]) => Number(n))
}

/** What the wrapper sends; listened to on its way to a real Redis. */
async function callOf(name: string): Promise<{ keys: string[]; args: unknown[] }> {
  const place = { namespace: freshNamespace(), destination: 'default' }
  const redis = new Redis(redisUrl())
  onTestFinished(() => redis.disconnect())
  const sent = vi.spyOn(redis, 'evalsha')
  const sentForBytes = vi.spyOn(redis, 'callBuffer')
  await calls[name]?.(redis, place)
  const [, count, ...rest] = sent.mock.calls[0] ?? sentForBytes.mock.calls[0]?.slice(1) ?? []
  const keys = rest.slice(0, Number(count)).map(String)
  return { keys, args: rest.slice(Number(count)) }
}
