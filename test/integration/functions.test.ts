/** What is sent by FCALL: each vector, and whatever can be written plainly, comes to what XADD comes to. */
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'

import { parseIntent } from '../../src/shared/contract/intent.ts'
import type { DestinationStore } from '../../src/shared/redis/destination-store.ts'
import { callbackKey, doorKey, inboxKey } from '../../src/shared/redis/keys.ts'
import { runBridge } from '../support/bridge-alone.ts'
import { loadFunctions, ownStore } from '../support/own-store.ts'
import { createRecorder } from '../support/recorder.ts'
import { bytesOf, intentVectors, sealedVectors, sealingOfVectors } from '../support/vectors.ts'
import { publishKeys } from '../../src/shared/store/public-keys/public-keys.ts'

beforeAll(loadFunctions)

async function call(store: DestinationStore, name: string, value: string | Buffer) {
  const { redis, ref } = store
  return (await redis.call('FCALL', `ringback_${name}`, 1, inboxKey(ref), value)) as string[]
}

const plain = { id: 'call-1', callId: 'c-1', callbackNumber: '+18445791189' }
const submit = (store: DestinationStore, intent: object) =>
  call(store, 'submit', JSON.stringify(intent))

describe('a vector', () => {
  const withId = intentVectors.filter((vector) => hasId(bytesOf(vector)))

  it.each(withId)('comes to what they say: $name', async (vector) => {
    const store = ownStore()
    const { redis, ref } = store
    const [kind, id, third = ''] = await call(store, 'submit', bytesOf(vector))
    const { accepted, refused } = vector
    if (kind === 'refused') {
      const fields = refused?.problems.map(({ field }) => field)
      expect(fields).toContain(id)
      expect(third).not.toBe('')
      expect(await redis.exists(inboxKey(ref))).toBe(0)
      return
    }
    // Whatever it could not judge itself.
    if (refused !== undefined) expect(kind).toBe('sent')
    else expect(kind).toMatch(/^(accepted|sent)$/)
    const recorder = createRecorder()
    const bridge = runBridge({ store, recorder }, { sealing: sealingOfVectors() })
    const event = accepted ? 'callback.scheduled' : 'entry.buried'
    const end = await recorder.next(event)
    const hash = await redis.hgetall(callbackKey(ref, end.id))
    await bridge.stop()
    if (accepted === undefined) expect(hash['code']).toBe(refused?.code)
    else {
      expect({ id: end.id, canonical: hash['intent'] }).toEqual(accepted)
      // And what it judges, it judges by the same form.
      const again = await call(store, 'submit', bytesOf(vector))
      if (kind === 'accepted') expect(again).toEqual(['duplicate', end.id, 'scheduled'])
    }
  })

  it('in the clear is refused where the workers have published that they take sealed numbers only', async () => {
    const store = ownStore()
    await publishKeys(store, { keys: [], required: true })
    const clear = { id: 'one', callId: 'c', callbackNumber: '+18445791189' }
    const answer = await call(store, 'submit', JSON.stringify(clear))
    expect(answer).toEqual(['refused', 'callbackNumber', expect.stringContaining('not sealed')])
    const [sealed] = sealedVectors
    const intent = { ...clear, callbackNumber: sealed?.sealed }
    expect((await call(store, 'submit', JSON.stringify(intent))).slice(0, 2)).toEqual([
      'sent',
      'one',
    ])
    expect(await store.redis.xlen(inboxKey(store.ref))).toBe(1)
  })

  it.each(intentVectors.filter((vector) => isObjectWithoutId(bytesOf(vector))))(
    'without an id is refused by name: $name',
    async (vector) => {
      const answer = await call(ownStore(), 'submit', bytesOf(vector))
      expect(answer).toEqual(['refused', 'id', 'is required here, where none can be derived'])
    },
  )
})

it('brings whatever it judges into the form that a worker brings it into', async () => {
  const store = ownStore()
  const { redis, ref } = store
  const ascii = fc.string({ unit: fc.integer({ min: 32, max: 126 }).map(fromCode), maxLength: 12 })
  const wrong = <Value>(value: fc.Arbitrary<Value>, other: fc.Arbitrary<Value>) =>
    fc.oneof({ weight: 12, arbitrary: value }, { weight: 1, arbitrary: other })
  const offset = wrong(
    fc.constantFrom('Z', '+00:00', '+05:30', '-11:00', '+14:00'),
    fc.constant(''),
  )
  const day = fc.date({
    min: new Date('1969-01-01'),
    max: new Date('2100-01-01'),
    noInvalidDate: true,
  })
  const time = fc
    .tuple(day, wrong(fc.constantFrom(19, 23), fc.integer({ min: 10, max: 22 })), offset)
    .map(([at, length, zone]) => at.toISOString().slice(0, length) + zone)
  const later = time.filter((each) => each >= '2040')
  const duration = fc.oneof(
    fc.integer({ min: -1_000_000_000, max: 33_000_000_000 }),
    fc.stringMatching(/^\d{1,3}(ms|s|m|h|d|)$/),
    fc.stringMatching(/^P(\d{1,2}W)?(\d{1,2}D)?(T(\d{1,3}H)?(\d{1,3}M)?(\d{1,3}S)?)?$/),
  )
  const callId = wrong(fc.stringMatching(/^[!-~]{1,10}$/), ascii)
  const text = wrong(fc.stringMatching(/^[!-~]{0,9}$/), ascii)
  const intent = fc.record(
    {
      id: fc.stringMatching(/^[A-Za-z0-9._-]{1,20}$/),
      callId: fc.oneof(callId, fc.stringMatching(/^0[Ll]Q[A-Za-z0-9]{12}([A-Z0-5]{3})?$/)),
      callbackNumber: wrong(fc.stringMatching(/^\+[1-9][0-9]{6,14}$/), ascii),
      isPreviewCallback: fc.boolean(),
      scheduledRoutingDateTime: time,
      delay: duration,
      notBefore: wrong(fc.constant(undefined), time),
      expiresAt: wrong(later, time),
      priority: wrong(fc.integer({ min: 0, max: 9 }), fc.integer()),
      requestedAt: time,
      attributes: fc.dictionary(fc.stringMatching(/^[A-Za-z0-9._-]{1,6}$/), text, { maxKeys: 17 }),
      traceparent: ascii,
    },
    { requiredKeys: ['id', 'callId', 'callbackNumber'] },
  )
  const tally = { refused: 0, accepted: 0, sent: 0 }
  await fc.assert(
    fc.asyncProperty(intent, async (given) => {
      const parsed = parseIntent(given)
      const key = callbackKey(ref, given.id)
      await redis.del(key)
      const [kind] = await submit(store, given)
      if (kind === 'refused') expect(parsed.kind).toBe('invalid')
      if (kind === 'accepted') {
        if (parsed.kind === 'invalid') throw new Error('accepted, and not valid')
        await redis.hset(key, 'state', 'scheduled', 'intent', JSON.stringify(parsed.intent))
        expect(await submit(store, given)).toEqual(['duplicate', given.id, 'scheduled'])
      }
      if (kind === 'refused' || kind === 'accepted' || kind === 'sent') tally[kind]++
    }),
    { numRuns: 2000 },
  )
  for (const count of Object.values(tally)) expect(count).toBeGreaterThan(50)
}, 60_000)

const fromCode = (code: number): string => String.fromCodePoint(code)

describe('ringback_submit', () => {
  it('answers accepted, duplicate with the state, or conflict, and sends the first alone', async () => {
    const store = ownStore()
    const { redis, ref } = store
    const [kind, id, entry] = await submit(store, plain)
    expect([kind, id]).toEqual(['accepted', plain.id])
    expect(entry).toMatch(/^\d+-\d+$/)
    const bridge = runBridge({ store, recorder: createRecorder() })
    await expect.poll(() => redis.hget(callbackKey(ref, plain.id), 'state')).toBe('scheduled')
    await bridge.stop()
    expect(await submit(store, { v: 1, ...plain })).toEqual(['duplicate', plain.id, 'scheduled'])
    expect(await submit(store, { ...plain, delay: 1 })).toEqual(['conflict', plain.id, 'scheduled'])
    expect(await redis.xlen(inboxKey(ref))).toBe(0)
  })

  it('takes the id of a dead letter, but not of one that may be booked', async () => {
    const store = ownStore()
    const key = callbackKey(store.ref, plain.id)
    await store.redis.hset(key, 'state', 'dead', 'reason', 'refused')
    expect(await submit(store, plain)).toMatchObject(['accepted', plain.id, expect.any(String)])
    await store.redis.hset(key, 'reason', 'uncertain')
    expect(await submit(store, plain)).toEqual(['conflict', plain.id, 'dead'])
  })

  it('goes by the door too, and says no entry then', async () => {
    const store = ownStore()
    const { redis, ref } = store
    const text = JSON.stringify(plain)
    const answer = await redis.call('FCALL', 'ringback_submit', 1, doorKey(ref), text)
    expect(answer).toEqual(['accepted', plain.id, ''])
    expect(await redis.lrange(doorKey(ref), 0, -1)).toEqual([text])
  })

  it('repeats no number that is in the wrong place', async () => {
    const answer = await submit(ownStore(), { ...plain, '+18445791189': 1, id: 'a' })
    expect(answer).toEqual(['refused', 'intent', 'is not a field of an intent'])
  })

  it.each([
    ['another key', ['ringback_submit', 1, 'x', '{}']],
    ['no key', ['ringback_submit', 0]],
    ['too many arguments', ['ringback_submit', 1, '{ringback:d}:inbox', '{}', '{}']],
    ['a cancel at the door', ['ringback_cancel', 1, '{ringback:d}:door', '{}']],
    ['a status without an id', ['ringback_status', 1, '{ringback:d}:inbox']],
  ])('says how it is called to whoever gives it %s', async (_, words) => {
    const { redis } = ownStore()
    await expect(redis.call('FCALL', ...words)).rejects.toThrow('RINGBACK usage: FCALL ringback_')
  })
})

it('ringback_cancel sends what XADD would send, and says where the answer will be', async () => {
  const store = ownStore()
  const wish = JSON.stringify({ id: plain.id })
  const [kind, entry] = await call(store, 'cancel', wish)
  expect(kind).toBe('sent')
  const entries = await store.redis.xrange(inboxKey(store.ref), '-', '+')
  expect(entries).toEqual([[entry, ['cancel', wish]]])
})

it('ringback_status tells what is known, without the number; nothing of what is not known', async () => {
  const store = ownStore()
  const { redis, ref } = store
  expect(await call(store, 'status', plain.id)).toEqual([])
  const intent = JSON.stringify(plain)
  await redis.hset(
    callbackKey(ref, plain.id),
    'state',
    'booked',
    'recordId',
    'r1',
    'intent',
    intent,
  )
  const words = ['ringback_status', 1, inboxKey(ref), plain.id]
  expect(await redis.call('FCALL_RO', ...words)).toEqual(['state', 'booked', 'recordId', 'r1'])
})

function hasId(bytes: Buffer): boolean {
  return /"id"\s*:/.test(bytes.toString('latin1'))
}

function isObjectWithoutId(bytes: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(bytes.toString())
    return typeof value === 'object' && !Array.isArray(value) && value !== null && !hasId(bytes)
  } catch {
    return false
  }
}
