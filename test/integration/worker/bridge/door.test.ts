/** The list that may only be appended to, and what the bridge makes of it. */
import { expect, it } from 'vitest'

import { pause } from '../../../../src/shared/store/control/pause.ts'
import { resume } from '../../../../src/shared/store/control/resume.ts'
import { emptyDoor, moveFromDoor } from '../../../../src/shared/store/inbox/door-to-inbox.ts'
import { readInbox } from '../../../../src/shared/store/inbox/inbox.ts'
import { maxReplyBytes } from '../../../../src/shared/store/inbox/limits.ts'
import { callbackKey, doorKey, inboxKey } from '../../../../src/shared/redis/keys.ts'
import { bridgeAlone } from '../../../support/bridge-alone.ts'
import { sampleCallback, sampleCallbacks } from '../../../support/callbacks.ts'
import { rpush, xadd } from '../../../support/inbox.ts'
import { setup } from '../../../support/ringback.ts'

const aheadId = '18446744073709551615-18446744073709551615'

it('books what lies at the door', async () => {
  const { store, recorder, sandbox, startWorker } = await setup()
  await rpush(store, sampleCallback('pushed'))
  startWorker()
  await recorder.next('attempt.settled', ({ id }) => id === 'pushed')
  expect(sandbox.bookings()).toHaveLength(1)
  expect(await store.redis.exists(doorKey(store.ref))).toBe(0)
})

it('sees within moments what is put at the door while it is waiting for the inbox', async () => {
  const bundle = await setup()
  const { store, recorder } = bundle
  const stop = bridgeAlone(bundle)
  await xadd(store, sampleCallback('before'))
  await recorder.next('callback.scheduled', ({ id }) => id === 'before')
  await rpush(store, sampleCallback('pushed'))
  await recorder.next('callback.scheduled', ({ id }) => id === 'pushed')
  await stop()
})

it('moves what lies there in the order in which it came, and leaves nothing', async () => {
  const { store } = await setup()
  const callbacks = sampleCallbacks(450)
  await rpush(store, ...callbacks)
  expect(await moveFromDoor(store)).toEqual({ moved: 200, left: 250 })
  await emptyDoor(store)
  const entries = await readInbox(store, { afterEntryId: '0-0', count: 1_000 })
  expect(entries.map(({ intent }) => intent?.toString())).toEqual(
    callbacks.map((each) => JSON.stringify(each)),
  )
  expect(await store.redis.exists(doorKey(store.ref))).toBe(0)
})

it('moves no more at once than a bridge may read at once', async () => {
  const { store } = await setup()
  const large = 'x'.repeat(65_000)
  await rpush(store, ...sampleCallbacks(70).map((callback) => ({ ...callback, large })))
  const { moved, left } = await moveFromDoor(store)
  expect(moved).toBe(Math.ceil(maxReplyBytes / (large.length + 100)))
  expect(moved + left).toBe(70)
})

it('leaves at the door what the inbox does not take', async () => {
  const { store } = await setup()
  const { redis, ref } = store
  await redis.xadd(inboxKey(ref), aheadId, 'intent', '{}')
  await rpush(store, ...sampleCallbacks(3))
  await expect(moveFromDoor(store)).rejects.toThrow('last possible ID')
  expect(await redis.llen(doorKey(ref))).toBe(3)
})

it('accepts what lies at the door when it is moved, also while the intake is paused', async () => {
  const bundle = await setup()
  const { store, recorder } = bundle
  const { redis, ref } = store
  await pause(store, { what: 'intake', by: undefined, why: undefined, forMs: undefined })
  await rpush(store, { ...sampleCallback('waits'), delay: 60_000 })
  const stop = bridgeAlone(bundle)
  await expect.poll(() => redis.exists(doorKey(ref))).toBe(0)
  const [entry] = await readInbox(store, { afterEntryId: '0-0', count: 1 })
  await resume(store, { what: ['intake'] })
  await recorder.next('callback.scheduled', ({ id }) => id === 'waits')
  const movedMs = Number(entry?.entryId.split('-')[0])
  const acceptedAt = await redis.hget(callbackKey(ref, 'waits'), 'acceptedAt')
  expect(Date.parse(acceptedAt ?? '')).toBe(movedMs)
  await stop()
})

it('takes from the door intents alone: what would be a wish or a redrive in the inbox is refused', async () => {
  const bundle = await setup()
  const { store, recorder } = bundle
  await rpush(store, '{"cancel":{"id":"of-another"}}')
  const stop = bridgeAlone(bundle)
  expect(await recorder.next('entry.buried')).toMatchObject({ code: 'invalid-intent' })
  await stop()
})

it('goes on reading the inbox where the door is a key of another type', async () => {
  const bundle = await setup()
  const { store, recorder } = bundle
  await store.redis.set(doorKey(store.ref), 'no list')
  const stop = bridgeAlone(bundle)
  await recorder.next('bridge.failed')
  await xadd(store, sampleCallback('one'))
  await recorder.next('callback.scheduled', ({ id }) => id === 'one')
  await stop()
})
