import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'

import { confirm } from '../../../../src/shared/store/ledger/confirm.ts'
import { bridgeGroup, ensureInboxGroup, readNew } from '../../../../src/shared/store/inbox/inbox.ts'
import { openStore } from '../../../../src/shared/redis/destination-store.ts'
import { callbackKey, inboxKey, resultsKey } from '../../../../src/shared/redis/keys.ts'
import { realign, type NamedEntry } from '../../../../src/shared/store/streams/realign.ts'
import { accept } from '../../../../src/shared/store/ledger/accept.ts'
import { open } from '../../../../src/shared/store/ledger/open.ts'
import { readStreamPosition } from '../../../../src/shared/store/streams/stream-position.ts'
import { id, intent } from '../../../support/ledger.ts'
import { freshNamespace, redisUrl } from '../../../support/redis.ts'

const untimed = { delayMs: undefined, notBefore: undefined }
const none = { ...untimed, expiresAt: undefined, traceparent: undefined }
const last = '18446744073709551615-18446744073709551615'

async function setUp() {
  const redis = new Redis(redisUrl(), { protocol: 2 })
  onTestFinished(() => redis.disconnect())
  const ref = { namespace: freshNamespace(), destination: 'default' }
  const store = openStore(redis, ref)
  const key = inboxKey(ref)
  await ensureInboxGroup(store)
  const realigns = (named: readonly NamedEntry[] | undefined, stream = key) =>
    realign(store, { key: stream, named, ids: [] })
  const ids = async (stream = key) => (await redis.xrange(stream, '-', '+')).map(([each]) => each)
  const position = (stream = key) => readStreamPosition(store, { key: stream })
  const reads = async (consumer: string) => {
    const entries = await readNew(store, { consumer, count: 100, blockMs: 1 })
    return entries.map(({ fields }) => String(fields[1]))
  }
  return { store, key, realigns, ids, position, reads }
}

function named(...entryIds: (string | null)[]): NamedEntry[] {
  return entryIds.map((entryId) => ({ entryId: String(entryId), id, redriveOf: undefined }))
}

function timeOf(entryId: string | null | undefined): number {
  return Number(entryId?.split('-')[0])
}

describe('a stream whose ids are in step with the clock', () => {
  it('is left as it is, and so is none at all', async () => {
    const { store, realigns, key, ids } = await setUp()
    const entry = await store.redis.xadd(key, '*', 'intent', 'x')
    expect(await realigns([])).toEqual({ kind: 'aligned' })
    expect(await ids()).toEqual([entry])
    expect(await realigns([], `${key}-none`)).toEqual({ kind: 'aligned' })
  })
})

describe.each([
  ['two hours ahead', () => `${Date.now() + 7_200_000}-0`],
  ['in the year 2286', () => '9999999999999-0'],
  ['of sixteen digits', () => '9999999999999999-0'],
  ['the last possible one', () => last],
])('an inbox that was given an id %s', (_, given) => {
  it('gives ids of now again, once what it was given has been taken away', async () => {
    const { store, key, realigns, position, reads } = await setUp()
    const { redis } = store
    const odd = given()
    await redis.xadd(key, odd, 'intent', 'odd')
    expect(await reads('one')).toEqual(['odd'])
    await redis.xack(key, bridgeGroup, odd)
    await redis.xdel(key, odd)
    expect((await position()).aheadMs).toBeGreaterThan(7_000_000)

    expect(await realigns([])).toEqual({ kind: 'realigned', moved: 0 })
    const entry = await redis.xadd(key, '*', 'intent', 'honest')
    expect(Math.abs(timeOf(entry) - Date.now())).toBeLessThan(10_000)
    expect(await position()).toMatchObject({ aheadMs: 0, isExhausted: false, entries: 1 })
    expect(await reads('one')).toEqual(['honest'])
  })

  it('keeps what waits in it, in its order, and gives it to who was to get it', async () => {
    const { store, key, realigns, ids, reads } = await setUp()
    const { redis } = store
    const before = await redis.xadd(key, '*', 'intent', 'in time, held')
    await reads('held-by')
    const waiting = await redis.xadd(key, '*', 'intent', 'in time')
    const odd = await redis.xadd(key, given(), 'intent', 'odd')
    const more = odd === last ? [] : [await redis.xadd(key, '*', 'intent', 'after it')]

    expect(await realigns(named(odd, ...more))).toEqual({
      kind: 'realigned',
      moved: 1 + more.length,
    })
    const after = await ids()
    expect(after.slice(0, 2)).toEqual([before, waiting])
    for (const each of after) expect(timeOf(each)).toBeLessThanOrEqual(Date.now() + 1_000)
    const texts = odd === last ? ['in time', 'odd'] : ['in time', 'odd', 'after it']
    expect(await reads('one')).toEqual(texts)
    expect(await redis.xpending(key, bridgeGroup, '-', '+', 10, 'held-by')).toHaveLength(1)
  })

  it('leaves with a consumer what he held, for as long as he has held it', async () => {
    const { store, key, realigns, ids, reads } = await setUp()
    const { redis } = store
    await redis.xadd(key, given(), 'intent', 'odd')
    await reads('one')
    const idleBefore = async () => {
      const held = (await redis.xpending(key, bridgeGroup, '-', '+', 1)) as [unknown[]]
      return Number(held[0][2])
    }
    await expect.poll(idleBefore).toBeGreaterThanOrEqual(20)
    await realigns(named(...(await ids())))
    const [entry] = await ids()
    const [[held, consumer, idleMs, deliveries] = []] = (await redis.xpending(
      key,
      bridgeGroup,
      ...['-', '+', 10],
    )) as [string, string, number, number][]
    expect([held, consumer, deliveries]).toEqual([entry, 'one', 1])
    expect(idleMs).toBeGreaterThanOrEqual(20)
    expect(await reads('two')).toEqual([])
  })

  it('writes into the ledger which id its entry has now', async () => {
    const { store, realigns, ids, reads } = await setUp()
    const { redis, ref } = store
    if (given() === last) {
      await redis.xadd(inboxKey(ref), last, 'intent', intent)
      await open(store, { id, intent, entryId: last, ...none })
    } else {
      await redis.xadd(inboxKey(ref), given(), 'intent', 'x')
      await accept(store, { id, intent, ...none })
    }
    const entries = await ids()
    await realigns(named(...entries))
    const ours = (await ids()).at(-1) ?? ''
    expect(await redis.hget(callbackKey(ref, id), 'entry')).toBe(ours)
    expect((await reads('one')).at(-1)).toBe(intent)
    expect(await open(store, { id, intent, entryId: ours, ...none })).toMatchObject({
      kind: 'schedule',
    })
    expect(
      await confirm(store, {
        id,
        entryId: ours,
        group: bridgeGroup,
        now: '2026-02-26T15:41:01.000Z',
      }),
    ).toMatchObject({ scheduled: true })
  })
})

it('is not moved while it holds an entry that was not named, and nothing has changed then', async () => {
  const { store, key, realigns, ids } = await setUp()
  await store.redis.xadd(key, '9999999999999-0', 'intent', 'one')
  await store.redis.xadd(key, '*', 'intent', 'two')
  const before = await ids()
  expect(await realigns(named('9999999999999-0'))).toEqual({ kind: 'changed' })
  expect(await ids()).toEqual(before)
})

it('writes into a redriven dead letter which entry it is now', async () => {
  const { store, key, realigns, ids } = await setUp()
  const { redis, ref } = store
  const odd = '9999999999999-0'
  await redis.xadd(key, odd, 'intent', 'rubbish', 'redriveOf', 'letter')
  await redis.hset(callbackKey(ref, 'letter'), 'redrivenAs', odd)
  await realigns([{ entryId: odd, id: 'any', redriveOf: 'letter' }])
  expect(await redis.hget(callbackKey(ref, 'letter'), 'redrivenAs')).toBe((await ids())[0])
})

it('changes no ledger whose entry it is not, and no key of another type', async () => {
  const { store, key, realigns } = await setUp()
  const { redis, ref } = store
  const odd = '9999999999999-0'
  await redis.xadd(key, odd, 'intent', 'x')
  await redis.hset(callbackKey(ref, id), 'entry', '1-1')
  await redis.set(callbackKey(ref, 'other'), 'not a hash')
  expect(await realigns([{ entryId: odd, id, redriveOf: 'other' }])).toMatchObject({ moved: 1 })
  expect(await redis.hget(callbackKey(ref, id), 'entry')).toBe('1-1')
})

it('an inbox with more entries than can be moved at once, or with one of too many fields, stays as it is', async () => {
  const { store, key, realigns, ids } = await setUp()
  const fields = Array.from({ length: 3_600 }, (_, n) => [`f${n}`, '']).flat()
  await store.redis.xadd(key, '9999999999999-0', ...fields)
  expect(await realigns(named('9999999999999-0'))).toMatchObject({ kind: 'too-large' })
  expect(await ids()).toEqual(['9999999999999-0'])
  const adding = store.redis.pipeline()
  for (let n = 0; n < 5_000; n += 1) adding.xadd(key, '*', 'intent', 'x')
  await adding.exec()
  expect(await realigns([])).toEqual({ kind: 'too-many', size: 5_001 })
  expect(await ids()).toHaveLength(5_001)
})

it('an inbox that holds more bytes than can be moved at once stays as it is', async () => {
  const { store, key, realigns, ids } = await setUp()
  const megabyte = Buffer.alloc(1024 * 1024)
  const adding = store.redis.pipeline()
  for (let n = 0; n < 70; n += 1) adding.xadd(key, `9999999999999-${n}`, 'intent', megabyte)
  await adding.exec()
  expect(await realigns([])).toMatchObject({ kind: 'too-large' })
  expect(await ids()).toHaveLength(70)
})

it('results give ids of now again, and each group goes on where it was', async () => {
  const { store, realigns } = await setUp()
  const { redis, ref } = store
  const key = resultsKey(ref)
  await redis.xadd(key, '*', 'id', 'a')
  await redis.xadd(key, '9999999999999-0', 'id', 'b')
  await redis.xadd(key, '*', 'id', 'c')
  const read = async (group: string, from = '>', count = 10): Promise<string[]> => {
    const reply = (await redis.xreadgroup(
      ...(['GROUP', group, 'me', 'COUNT', count, 'STREAMS', key, from] as const),
    )) as [string, [string, string[]][]][] | null
    return (reply?.[0]?.[1] ?? []).map(([, values]) => values[1] ?? '')
  }
  for (const group of ['all', 'two', 'one', 'none']) await redis.xgroup('CREATE', key, group, '0')
  await read('all')
  await read('two', '>', 2)
  await read('one', '>', 1)
  expect(await realigns(undefined, key)).toEqual({ kind: 'realigned', moved: 2 })
  const entry = await redis.xadd(key, '*', 'id', 'd')
  expect(Math.abs(timeOf(entry) - Date.now())).toBeLessThan(10_000)
  expect([await read('all', '0'), await read('all')]).toEqual([['a', 'b', 'c'], ['d']])
  expect([await read('two', '0'), await read('two')]).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ])
  expect([await read('one', '0'), await read('one')]).toEqual([['a'], ['b', 'c', 'd']])
  expect([await read('none', '0'), await read('none')]).toEqual([[], ['a', 'b', 'c', 'd']])
})

it('a reader that waits for entries goes on waiting, and gets the next one', async () => {
  const { store, key, realigns } = await setUp()
  const { redis, ref } = store
  await redis.xadd(key, last, 'intent', 'odd')
  await redis.xgroup('SETID', key, bridgeGroup, '$')
  await redis.xdel(key, last)
  const waiting = redis.duplicate()
  const waitingStore = openStore(waiting, ref)
  onTestFinished(() => waiting.disconnect())
  const blocked = new RegExp(`^id=${await waiting.client('ID')} .* flags=b `, 'm')
  const reading = readNew(waitingStore, { consumer: 'one', count: 1, blockMs: 20_000 })
  await expect.poll(() => redis.client('LIST')).toMatch(blocked)
  expect(await realigns([])).toEqual({ kind: 'realigned', moved: 0 })
  await redis.xadd(key, '*', 'intent', 'honest')
  expect((await reading).map(({ intent: text }) => String(text))).toEqual(['honest'])
})

it('takes no id again that was given before it was brought back', async () => {
  const { store, key, realigns } = await setUp()
  const { redis } = store
  const before = await redis.xadd(key, '*', 'intent', 'x')
  await redis.xadd(key, '9999999999999-0', 'intent', 'odd')
  await redis.xdel(key, String(before), '9999999999999-0')
  await realigns([])
  await expect(redis.xadd(key, String(before), 'intent', 'again')).rejects.toThrow(
    'equal or smaller than the target stream top item',
  )
})

it('changes nothing where it may not build a stream anew', async () => {
  const { store, key, ids } = await setUp()
  const { redis, ref } = store
  await redis.xadd(key, '9999999999999-0', 'intent', 'odd')
  const user = ref.namespace
  const rights = ['resetkeys', '%R~*', `~${key}`, '+@all']
  await redis.call('ACL', 'SETUSER', user, 'on', '>word', ...rights)
  const guest = redis.duplicate({ username: user, password: 'word' })
  const guestStore = openStore(guest, ref)
  onTestFinished(async () => {
    guest.disconnect()
    await redis.call('ACL', 'DELUSER', user)
  })
  const realigning = realign(guestStore, { key, named: named('9999999999999-0'), ids: [] })
  await expect(realigning).rejects.toThrow(/NOPERM|no permission|can't access/i)
  expect(await ids()).toEqual(['9999999999999-0'])
})

it('what is not a stream holds nothing and is ahead of nothing', async () => {
  const { store, position } = await setUp()
  const { redis, ref } = store
  await redis.set(resultsKey(ref), 'not a stream')
  const empty = { entries: 0, oldestId: undefined, aheadMs: 0, isExhausted: false }
  expect(await position(resultsKey(ref))).toEqual(empty)
  expect(await position(`${resultsKey(ref)}-none`)).toEqual(empty)
})
