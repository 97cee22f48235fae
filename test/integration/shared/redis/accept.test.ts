import { describe, expect, it, onTestFinished } from 'vitest'

import { openStore, type DestinationStore } from '../../../../src/shared/redis/destination-store.ts'
import { callbackKey } from '../../../../src/shared/redis/keys.ts'
import { accept, type AcceptInput } from '../../../../src/shared/store/ledger/accept.ts'
import { open } from '../../../../src/shared/store/ledger/open.ts'
import { epochMsOf } from '../../../../src/shared/time/timestamp.ts'
import {
  acceptedCallback,
  attemptingCallback,
  bookedCallback,
  changed,
  deadCallback,
  id,
  intent,
  ledgerWith,
  otherIntent,
  retryingCallback,
  scheduledCallback,
  transit,
  type Fields,
  type LedgerState,
} from '../../../support/ledger.ts'
import { redisTimeMs } from '../../../support/redis-time.ts'

const plain = {
  id,
  intent,
  delayMs: undefined,
  notBefore: undefined,
  expiresAt: undefined,
  traceparent: undefined,
} satisfies AcceptInput

const nothing: Partial<LedgerState> = {}
const far = '2100-01-01T00:00:00.000Z'
const past = '2020-01-01T00:00:00.000Z'

function submitting(more: Partial<AcceptInput> = {}) {
  return (store: DestinationStore) => accept(store, { ...plain, ...more })
}

describe('a submission that meets nothing', () => {
  it('becomes a callback and an inbox entry together, timed by Redis', async () => {
    const { redis } = (await ledgerWith()).store
    const earliest = await redisTimeMs(redis)
    const { reply, after, again } = await transit(nothing, submitting())
    if (reply.kind !== 'accepted') throw new Error(reply.kind)
    const { acceptedAt: at } = reply
    expect(epochMsOf(at)).toBeGreaterThanOrEqual(earliest)
    expect(epochMsOf(at)).toBeLessThanOrEqual(await redisTimeMs(redis))
    expect(reply.dueAt).toBe(at)
    const [[entry, text] = []] = Object.entries(after.inbox)
    expect(text).toBe(intent)
    expect(after).toEqual(
      changed(nothing, {
        callback: { ...acceptedCallback, entry, acceptedAt: at, dueAt: at, updatedAt: at },
        inbox: { [String(entry)]: intent },
      }),
    )
    expect(again).toEqual({ reply: { kind: 'duplicate', state: 'accepted' }, after })
  })

  it.each([
    ['a delay', { delayMs: 300_000 }, 300_000],
    ['a delay of a year', { delayMs: 31_622_400_000 }, 31_622_400_000],
    ['a notBefore in the past', { notBefore: past }, 0],
  ])('with %s is due when that is over', async (_, times, aheadMs) => {
    const { reply } = await transit(nothing, submitting(times))
    if (reply.kind !== 'accepted') throw new Error(reply.kind)
    expect(epochMsOf(reply.dueAt) - epochMsOf(reply.acceptedAt)).toBe(aheadMs)
  })

  it('with a notBefore ahead is due then', async () => {
    const { reply, after } = await transit(nothing, submitting({ notBefore: far }))
    expect(reply).toMatchObject({ kind: 'accepted', dueAt: far })
    expect(after.callback['dueAt']).toBe(far)
  })

  it('keeps when it expires and whose trace it continues', async () => {
    const more = { expiresAt: far, traceparent: '00-trace' }
    const { after } = await transit(nothing, submitting(more))
    expect(after.callback).toMatchObject(more)
  })
})

const standing: [string, Fields][] = [
  ['accepted', acceptedCallback],
  ['scheduled', scheduledCallback],
  ['attempting', attemptingCallback],
  ['retrying', retryingCallback],
  ['booked', bookedCallback],
  ['cancelled', { ...scheduledCallback, state: 'cancelled' }],
  ['dead', { ...deadCallback, reason: 'uncertain' }],
]

describe.each(standing)('a submission that meets a callback in state %s', (state, callback) => {
  const before = { callback, deadLetters: state === 'dead' ? [id] : [] }

  it('is a duplicate with the same content, and changes nothing', async () => {
    const { reply, after, again } = await transit(before, submitting())
    expect(reply).toEqual({ kind: 'duplicate', state })
    expect(after).toEqual(changed(before, {}))
    expect(again).toEqual({ reply, after })
  })

  it('is a conflict with other content, and changes nothing', async () => {
    const { reply, after, again } = await transit(before, submitting({ intent: otherIntent }))
    expect(reply).toEqual({ kind: 'conflict', state })
    expect(after).toEqual(changed(before, {}))
    expect(again).toEqual({ reply, after })
  })
})

describe('a submission that meets a dead letter', () => {
  const before = { callback: { ...deadCallback, possibleDuplicate: '1' }, deadLetters: [id] }

  it.each([intent, otherIntent])(
    'opens a new generation, whatever its content, and counts on: %s',
    async (text) => {
      const { reply, after, again } = await transit(before, submitting({ intent: text }))
      if (reply.kind !== 'accepted') throw new Error(reply.kind)
      const at = reply.acceptedAt
      const [entry = ''] = Object.keys(after.inbox)
      expect(after).toEqual({
        callback: {
          ...acceptedCallback,
          intent: text,
          entry,
          acceptedAt: at,
          dueAt: at,
          updatedAt: at,
          generation: '2',
          attempts: '1',
          priorAttempts: '1',
          openedBy: entry,
          possibleDuplicate: '1',
        },
        inbox: { [entry]: text },
        deadLetters: [],
        results: [],
        stats: {},
        owners: {},
        expires: false,
      })
      expect(again).toEqual({ reply: { kind: 'duplicate', state: 'accepted' }, after })
    },
  )

  it('that was discarded while nobody knew whether it was booked is marked, as by a redrive', async () => {
    const undecided = { ...deadCallback, reason: 'uncertain', discardedAt: past }
    const { reply, after } = await transit({ callback: undecided, expires: true }, submitting())
    expect(reply).toMatchObject({ kind: 'accepted' })
    expect(after.callback).toMatchObject({ generation: '2', possibleDuplicate: '1' })
  })

  it('that was discarded is not forgotten any more', async () => {
    const discarded = { callback: { ...deadCallback, discardedAt: past }, expires: true }
    const { after } = await transit(discarded, submitting())
    expect(after.expires).toBe(false)
    expect(after.callback).not.toHaveProperty('discardedAt')
  })

  it('that never was a callback replaces it', async () => {
    const raw = {
      v: '1',
      state: 'dead',
      reason: 'invalid',
      raw: 'x',
      generation: '1',
      attempts: '0',
    }
    const { after } = await transit({ callback: raw, deadLetters: [id] }, submitting())
    expect(after.callback).toMatchObject({ state: 'accepted', generation: '2', attempts: '0' })
    expect(after.callback).not.toHaveProperty('raw')
    expect(after.deadLetters).toEqual([])
  })
})

describe('in an inbox whose ids are ahead of the clock', () => {
  it.each(['9999999999999-0', '9999999999999999-0', '18446744073709551615-7'])(
    'a submission is accepted now all the same, after %s',
    async (odd) => {
      const before = { inbox: { [odd]: 'odd' } }
      const earliest = Date.now() - 1_000
      const { reply, after } = await transit(before, submitting({ delayMs: 300_000 }))
      if (reply.kind !== 'accepted') throw new Error(reply.kind)
      const acceptedMs = epochMsOf(reply.acceptedAt)
      expect(acceptedMs).toBeGreaterThan(earliest)
      expect(acceptedMs).toBeLessThan(earliest + 60_000)
      expect(epochMsOf(reply.dueAt) - acceptedMs).toBe(300_000)
      expect(after.callback['entry']?.split('-')[0]).toBe(odd.split('-')[0])
    },
  )

  it('a user who may not ask for the time has his promise put off by nobody for longer than until it is taken in', async () => {
    const { store } = await ledgerWith({ inbox: { '9999999999999-0': 'odd' } })
    const { redis, ref } = store
    const user = ref.namespace
    const rights = ['~*', '+@all', '-time']
    await redis.call('ACL', 'SETUSER', user, 'on', '>word', ...rights)
    const guest = redis.duplicate({ username: user, password: 'word' })
    const guestStore = openStore(guest, ref)
    onTestFinished(async () => {
      guest.disconnect()
      await redis.call('ACL', 'DELUSER', user)
    })
    const accepted = await accept(guestStore, { ...plain, delayMs: 300_000 })
    expect(accepted).toMatchObject({ kind: 'accepted', acceptedAt: '2286-11-20T17:46:39.999Z' })
    const entryId = (await redis.hget(callbackKey(ref, id), 'entry')) ?? ''
    const opened = await open(store, { ...plain, entryId, delayMs: 300_000 })
    if (opened.kind !== 'schedule') throw new Error(opened.kind)
    expect(epochMsOf(opened.acceptedAt)).toBeLessThan(Date.now() + 1_000)
    expect(epochMsOf(opened.dueAt) - epochMsOf(opened.acceptedAt)).toBe(300_000)
  })
})
