/** Somebody who may XADD, and wants the place of a callback that is not his. */
import { describe, expect, it } from 'vitest'

import { deriveId } from '../../../src/shared/contract/ids.ts'
import { openStore } from '../../../src/shared/redis/destination-store.ts'
import { callbackKey } from '../../../src/shared/redis/keys.ts'
import { xadd } from '../../support/inbox.ts'
import { resultsOfAll, resultsUntil } from '../../support/results.ts'
import { setup } from '../../support/ringback.ts'

const honest = { callId: 'honest', callbackNumber: '+18445791189' }
const derived = deriveId(honest)
const hostile = { callId: 'hostile', callbackNumber: '+18445791190' }

describe('the id that an honest producer’s intent will have', () => {
  it.each([
    ['other content', JSON.stringify({ ...hostile, id: derived })],
    ['other content that is wrong', JSON.stringify({ ...hostile, id: derived, dealy: 1 })],
    ['no number', JSON.stringify({ callId: 'honest', id: derived })],
    ['two numbers', `{"id":"${derived}","callbackNumber":"+18445791189","callbackNumber":"x"}`],
  ])('cannot be taken before by %s: that lies apart, and says what it wanted', async (_, text) => {
    const bundle = await setup()
    const { store, sandbox, producer, startWorker } = bundle
    const entryId = await xadd(store, text)
    startWorker()
    const [told] = await resultsUntil(bundle, (results) => results.length > 0)
    expect(told).toMatchObject({ id: `inbox-${entryId}`, submittedId: derived, state: 'dead' })
    expect(await store.redis.exists(callbackKey(store.ref, derived))).toBe(0)

    expect(await producer.enqueue(honest)).toMatchObject({ kind: 'accepted', id: derived })
    await resultsOfAll(bundle, [derived])
    expect(await producer.status(derived)).toMatchObject({ state: 'booked', generation: 1 })
    expect(sandbox.bookings().map(({ callId }) => callId)).toEqual(['honest'])
  })

  it('cannot be taken at a destination that nobody serves either', async () => {
    const bundle = await setup()
    const { store, startWorker } = bundle
    const stray = { ...store.ref, destination: 'stray' }
    const strayStore = openStore(store.redis, stray)
    const entryId = await xadd(strayStore, { ...hostile, id: derived })
    startWorker()
    const [told] = await resultsUntil(
      { ...bundle, store: openStore(bundle.store.redis, stray) },
      (results) => results.length > 0,
    )
    expect(told).toMatchObject({ id: `inbox-${entryId}`, submittedId: derived })
    expect(await store.redis.exists(callbackKey(stray, derived))).toBe(0)
  })
})

it('gives nobody the place of another one’s dead letter that has no id of its own', async () => {
  const bundle = await setup()
  const { store, producer, startWorker } = bundle
  const { redis, ref } = store
  const theirs = await xadd(store, 'call me back')
  startWorker()
  const letter = `inbox-${theirs}`
  await resultsOfAll(bundle, [letter])
  const before = await redis.hgetall(callbackKey(ref, letter))
  const taken = await xadd(store, { ...hostile, id: letter })
  // It says to be what that letter has become.
  const key = `{${ref.namespace}:${ref.destination}}:inbox`
  const claimed = await redis.xadd(key, '*', 'intent', 'mine', 'redriveOf', letter)
  await resultsOfAll(bundle, [`inbox-${taken}`, `inbox-${claimed ?? ''}`])

  expect(await redis.hgetall(callbackKey(ref, letter))).toEqual(before)
  expect(await producer.status(`inbox-${taken}`)).toMatchObject({ code: 'invalid-intent' })
})

it('refuses a library’s producer what it refuses anybody, by the name of the field', async () => {
  const { producer } = await setup()
  for (const id of [derived, 'auto-insurance-17']) {
    await expect(producer.enqueue({ ...hostile, id })).rejects.toMatchObject({
      code: 'invalid-intent',
      problems: [{ field: 'id' }],
    })
  }
  expect(await producer.enqueue({ ...honest, id: derived })).toMatchObject({ kind: 'accepted' })
  expect(await producer.enqueue(honest)).toMatchObject({ kind: 'duplicate', id: derived })
})
