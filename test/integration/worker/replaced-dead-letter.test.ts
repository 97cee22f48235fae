import { describe, expect, it } from 'vitest'

import { callbackKey, deadLettersKey } from '../../../src/shared/redis/keys.ts'
import { xadd } from '../../support/inbox.ts'
import { resultsUntil } from '../../support/results.ts'
import { setup, type Bundle } from '../../support/ringback.ts'

const theirs = {
  id: 'shared',
  callId: 'theirs',
  callbackNumber: '+18445791189',
  attributes: { queue: 'billing' },
}
const another = { id: 'shared', callId: 'another', callbackNumber: '+18445791190' }

const ways: [string, (bundle: Bundle) => Promise<unknown>][] = [
  ['the library', ({ producer }) => producer.enqueue(another)],
  ['a raw XADD', ({ store }) => xadd(store, another)],
]

/** Whoever replaces it, and with what: ids are shared, and a dead one is free. */
describe.each(ways)('a dead letter that a submission by %s replaces', (_, submitAnother) => {
  it('stays in the results as it ended, and the newcomer says that there was one', async () => {
    const bundle = await setup()
    const { store, sandbox, producer, startWorker } = bundle
    const { redis, ref } = store
    sandbox.setFaults([{ do: 'refuse', status: 400, match: { callId: 'theirs' } }])
    startWorker()
    await producer.enqueue(theirs)
    const [death] = await resultsUntil(bundle, (results) => results.length > 0)
    await submitAnother(bundle)
    const [still, booking] = await resultsUntil(bundle, (results) => results.length > 1)

    expect(still).toEqual(death)
    expect(still).toMatchObject({
      id: 'shared',
      state: 'dead',
      reason: 'refused',
      code: 'http-400',
      attempts: 1,
      callId: 'theirs',
      attributes: { queue: 'billing' },
    })
    expect(booking).toMatchObject({ id: 'shared', state: 'booked', callId: 'another', attempts: 2 })
    const { generation, priorAttempts } = await redis.hgetall(callbackKey(ref, 'shared'))
    expect({ generation, priorAttempts }).toEqual({ generation: '2', priorAttempts: '1' })
    expect(await redis.zcard(deadLettersKey(ref))).toBe(0)
  })

  it('that never was a callback stays in the results too, by the call that it was about', async () => {
    const bundle = await setup()
    const { store, startWorker } = bundle
    startWorker()
    await xadd(store, { ...theirs, dealy: 1 })
    const [death] = await resultsUntil(bundle, (results) => results.length > 0)
    await submitAnother(bundle)
    const [still, booking] = await resultsUntil(bundle, (results) => results.length > 1)

    expect(still).toEqual(death)
    expect(still).toMatchObject({ id: 'shared', code: 'invalid-intent', callId: 'theirs' })
    expect(booking).toMatchObject({ id: 'shared', state: 'booked' })
    expect(await store.redis.hget(callbackKey(store.ref, 'shared'), 'generation')).toBe('2')
  })
})
