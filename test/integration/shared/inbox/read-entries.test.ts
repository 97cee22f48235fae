import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import { expect, it, onTestFinished } from 'vitest'

import {
  ensureInboxGroup,
  readInbox,
  readNew,
  readPending,
  type InboxEntry,
} from '../../../../src/shared/store/inbox/inbox.ts'
import { openStore } from '../../../../src/shared/redis/destination-store.ts'
import { inboxKey, type DestinationRef } from '../../../../src/shared/redis/keys.ts'
import { freshNamespace, redisUrl } from '../../../support/redis.ts'

async function inboxOf(entries: readonly (readonly (string | Buffer)[])[]) {
  const redis = new Redis(redisUrl(), { protocol: 2 })
  onTestFinished(() => redis.disconnect())
  const ref: DestinationRef = { namespace: freshNamespace(), destination: 'default' }
  const store = openStore(redis, ref)
  await ensureInboxGroup(store)
  for (const fields of entries) await redis.xadd(inboxKey(ref), '*', ...fields)
  return { store }
}

/** What an entry is, without the functions that decode it. */
function contentOf({ entryId, intent, intents, redriveOf, fields, tooLarge }: InboxEntry) {
  return { entryId, intent, intents, redriveOf, fields, tooLarge }
}

const kinds: (readonly (string | Buffer)[])[] = [
  ['intent', '{}'],
  ['intent', '{}', 'redriveOf', 'letter'],
  ['intent', '{}', 'redriveOf', 'no id!'],
  ['Intent', '{}', 'intent ', 'x', '', ''],
  ['intent', randomBytes(65_530)],
  ['intent', randomBytes(65_531)],
  ['intent', randomBytes(300_000)],
  [randomBytes(70_000), 'x'],
  ['intent', 'x', 'intent', randomBytes(70_000)],
  ['note', randomBytes(40_000), 'other', randomBytes(40_000)],
  Array.from({ length: 256 }, () => 'f'),
  Array.from({ length: 258 }, () => 'f'),
  Array.from({ length: 258 }, () => ''),
]

it('is the same entry, and as large, whoever measures it: Redis or the bridge', async () => {
  const { store } = await inboxOf(kinds)
  const measured: InboxEntry[] = []
  for (let after = '0-0'; measured.length < kinds.length;) {
    const page = await readInbox(store, { afterEntryId: after, count: 100 })
    expect(page.length).toBeGreaterThan(0)
    measured.push(...page)
    after = page.at(-1)?.entryId ?? ''
  }
  const read = await readNew(store, { consumer: 'c', count: 100, blockMs: 1 })
  for (const [index, entry] of measured.entries()) {
    expect(contentOf(entry), `entry ${index}`).toEqual(read.map(contentOf)[index])
  }
  expect(read.filter(({ tooLarge }) => tooLarge !== undefined)).toHaveLength(7)
})

it('ends with the last id there can be, in whatever way it is read', async () => {
  const { store } = await inboxOf([['intent', '{}']])
  const last = '18446744073709551615-18446744073709551615'
  await store.redis.xadd(inboxKey(store.ref), last, 'intent', '{}')
  const all = await readInbox(store, { afterEntryId: '0-0', count: 10 })
  expect(all.map(({ entryId }) => entryId)).toEqual([expect.any(String), last])
  expect(await readInbox(store, { afterEntryId: last, count: 10 })).toEqual([])
  await readNew(store, { consumer: 'c', count: 10, blockMs: 1 })
  const pages = { consumer: 'c', count: 2, afterEntryId: '0-0' }
  expect(await readPending(store, pages)).toMatchObject({
    entries: { length: 2 },
    nextAfter: undefined,
  })
})

it('gives a bounded part of what is pending at a time, all of it in the end and nothing twice', async () => {
  const entries = Array.from({ length: 150 }, (_, index) => [
    ...['intent', `${index}`, 'note'],
    Buffer.alloc(index % 50 === 3 ? 200_000 : 60_000, 0x01),
  ])
  const { store } = await inboxOf(entries)
  const { redis, ref } = store
  await readNew(store, { consumer: 'c', count: 1_000, blockMs: 1 })
  const ids = await redis.xrange(inboxKey(ref), '-', '+')
  // Somebody took one away meanwhile.
  await redis.xdel(inboxKey(ref), ids[70]?.[0] ?? '')
  const seen: string[] = []
  let after: string | undefined = '0-0'
  while (after !== undefined) {
    const page = await readPending(store, { consumer: 'c', count: 40, afterEntryId: after })
    const held = page.entries.flatMap(({ fields }) => fields).reduce((sum, f) => sum + f.length, 0)
    expect(held).toBeLessThanOrEqual(1_048_576)
    seen.push(...page.entries.map(({ entryId }) => entryId))
    after = page.nextAfter
  }
  expect(seen).toEqual(ids.map(([entryId]) => entryId).filter((_, index) => index !== 70))
})
