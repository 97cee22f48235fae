/** What a script for several things says and does of each of them. */
import { expect, it } from 'vitest'

import { callbackKey, inboxKey } from '../../../../src/shared/redis/keys.ts'
import {
  bridgeGroup,
  ensureInboxGroup,
  inboxDepth,
} from '../../../../src/shared/store/inbox/inbox.ts'
import { submitRaw } from '../../../../src/shared/store/inbox/submit.ts'
import { confirmAll } from '../../../../src/shared/store/ledger/confirm.ts'
import { openAll, type OpenInput } from '../../../../src/shared/store/ledger/open.ts'
import { sampleCallback } from '../../../support/callbacks.ts'
import { setup, type Bundle } from '../../../support/ringback.ts'

async function sent({ store }: Bundle, id: string, callId = id): Promise<OpenInput> {
  const intent = JSON.stringify({ ...sampleCallback(id), callId })
  const entryId = await submitRaw(store, intent)
  const none = { notBefore: undefined, expiresAt: undefined, traceparent: undefined }
  return { id, intent, entryId, delayMs: undefined, ...none }
}

it('opens several ledgers in one go, each by its own content and in the order of the page', async () => {
  const bundle = await setup()
  const { store } = bundle
  const page = [
    await sent(bundle, 'one'),
    await sent(bundle, 'two'),
    await sent(bundle, 'one'),
    await sent(bundle, 'two', 'another call'),
  ]
  const kinds = (await openAll(store, {}, page)).map(({ kind }) => kind)
  expect(kinds).toEqual(['schedule', 'schedule', 'duplicate', 'conflict'])
  expect(await store.redis.hget(callbackKey(store.ref, 'two'), 'intent')).toBe(page[1]?.intent)
})

it('asks Redis nothing for a page without entries', async () => {
  const { store } = await setup()
  expect(await openAll(store, {}, [])).toEqual([])
})

it('confirms several in one go, and takes each out of the inbox', async () => {
  const bundle = await setup()
  const { store } = bundle
  await ensureInboxGroup(store)
  const page = [await sent(bundle, 'one'), await sent(bundle, 'two'), await sent(bundle, 'two')]
  await openAll(store, {}, page)
  const confirming = { group: bridgeGroup, now: '2026-11-27T12:00:00.000Z' }
  const confirmed = await confirmAll(store, confirming, page)
  expect(confirmed.map(({ scheduled }) => scheduled)).toEqual([true, true, false])
  expect(await inboxDepth(store)).toBe(0)
})

it('has done those before one that fails, and each may be asked for again', async () => {
  const bundle = await setup()
  const { store } = bundle
  const page = [await sent(bundle, 'one'), await sent(bundle, 'hostile'), await sent(bundle, 'two')]
  await store.redis.set(callbackKey(store.ref, 'hostile'), 'nobody’s ledger')
  await expect(openAll(store, {}, page)).rejects.toThrow(/WRONGTYPE/)
  expect(await store.redis.exists(callbackKey(store.ref, 'one'))).toBe(1)
  expect(await store.redis.exists(callbackKey(store.ref, 'two'))).toBe(0)
  const [again] = await openAll(store, {}, page.slice(0, 1))
  expect(again).toMatchObject({ kind: 'schedule', generation: 1 })
  expect(await store.redis.xlen(inboxKey(store.ref))).toBe(3)
})
