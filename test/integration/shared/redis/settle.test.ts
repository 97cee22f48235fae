import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'

import { openStore, type DestinationStore } from '../../../../src/shared/redis/destination-store.ts'
import { callbackKey, deadLettersKey } from '../../../../src/shared/redis/keys.ts'
import { settle, type SettleInput } from '../../../../src/shared/store/ledger/settle.ts'
import { settleInput } from '../../../support/end-inputs.ts'
import {
  acceptedCallback,
  attemptingCallback,
  bookedCallback,
  callId,
  changed,
  deadCallback,
  id,
  ledgerWith,
  retryingCallback,
  scheduledCallback,
  transit,
  type LedgerState,
} from '../../../support/ledger.ts'
import { startPrivateRedis } from '../../../support/private-redis.ts'

const now = '2026-02-26T15:41:01.000Z'
const recordId = '0TzLT00000000w60AA'
const attributes = '{"campaign":"spring"}'

type Ending = Partial<SettleInput>

const booked: Ending = { state: 'booked', recordId, record: '{"outcome":"booked","n":2}' }
const refused: Ending = {
  state: 'dead',
  reason: 'refused',
  code: 'http-400',
  message: 'Salesforce answered 400.',
  record: '{"outcome":"refused"}',
}
const retried: Ending = {
  state: 'retrying',
  code: 'rate-limited',
  message: 'Salesforce answered 429.',
  nextAttemptAt: '2026-02-26T15:42:00.000Z',
  record: '{"outcome":"unavailable"}',
}

function settling(ending: Ending) {
  return (store: DestinationStore) =>
    settle(store, settleInput({ now, nowMs: Date.parse(now), attributes, ...ending }))
}

const open = { callback: attemptingCallback }

describe('the open attempt', () => {
  it('that was booked ends the callback with its result, and lets it be forgotten in time', async () => {
    const { reply, after, again } = await transit(open, settling(booked))
    expect(reply).toBe('settled')
    const end = { state: 'booked', recordId, updatedAt: now, claim: undefined }
    expect(after).toEqual(
      changed(open, {
        callback: { ...end, 'attempt:1': booked.record },
        results: [{ id, callId, state: 'booked', attempts: '1', at: now, recordId, attributes }],
        stats: { booked: '1' },
        owners: { [recordId]: id },
        expires: true,
      }),
    )
    expect(again).toEqual({ reply: 'already', after })
  })

  it('that was refused makes a dead letter with its result, which is not forgotten', async () => {
    const { reply, after, again } = await transit(open, settling(refused))
    expect(reply).toBe('settled')
    const { reason, code, message } = refused
    const end = { state: 'dead', reason, code, message, updatedAt: now, claim: undefined }
    expect(after).toEqual(
      changed(open, {
        callback: { ...end, 'attempt:1': refused.record },
        deadLetters: [id],
        results: [
          { id, callId, state: 'dead', attempts: '1', at: now, reason, code, attributes },
        ] as never,
        stats: { 'dead:refused': '1' },
      }),
    )
    expect(again).toEqual({ reply: 'already', after })
  })

  it('that is to be made again leaves no result', async () => {
    const { reply, after, again } = await transit(open, settling(retried))
    expect(reply).toBe('settled')
    const { code, message, nextAttemptAt } = retried
    const waiting = { state: 'retrying', code, message, nextAttemptAt, claim: undefined }
    expect(after).toEqual(
      changed(open, { callback: { ...waiting, updatedAt: now, 'attempt:1': retried.record } }),
    )
    expect(again).toEqual({ reply: 'already', after })
  })

  it('forgets the last error of a callback that is booked in the end', async () => {
    const callback = {
      ...attemptingCallback,
      code: 'rate-limited',
      message: 'Salesforce said 429.',
    }
    const { after } = await transit({ callback }, settling(booked))
    expect(after.callback).not.toHaveProperty('code')
    expect(after.callback).not.toHaveProperty('message')
  })

  it('whose outcome is uncertain marks the callback for good, in its result too', async () => {
    const uncertain = { ...retried, possibleDuplicate: true }
    const { after } = await transit(open, settling(uncertain))
    expect(after.callback['possibleDuplicate']).toBe('1')
    const second = { callback: { ...after.callback, state: 'attempting', attempts: '2' } }
    const end = await transit(second, settling({ ...booked, attempt: 2 }))
    expect(end.after.callback['possibleDuplicate']).toBe('1')
    expect(end.after.results).toMatchObject([{ state: 'booked', possibleDuplicate: '1' }])
  })

  it('keeps the first record and the newest three', async () => {
    const records = Object.fromEntries([1, 2, 3, 4].map((n) => [`attempt:${n}`, `{"n":${n}}`]))
    const callback = { ...attemptingCallback, ...records, attempts: '5', 'attempt:5': '{}' }
    const { after } = await transit({ callback }, settling({ ...retried, attempt: 5 }))
    const kept = Object.keys(after.callback).filter((field) => field.startsWith('attempt:'))
    expect(kept.sort()).toEqual(['attempt:1', 'attempt:3', 'attempt:4', 'attempt:5'])
  })

  it('keeps the first record also where only one is to be kept', async () => {
    const callback = { ...attemptingCallback, attempts: '2', 'attempt:2': '{}' }
    const { after } = await transit(
      { callback },
      settling({ ...retried, attempt: 2, keptRecords: 1 }),
    )
    expect(after.callback).toHaveProperty('attempt:1')
  })
})

describe('the end without an attempt, which expiry is', () => {
  const expired = { ...refused, reason: 'expired', code: 'expired', attempt: 0, record: '' }

  it.each([
    ['accepted', acceptedCallback],
    ['scheduled', scheduledCallback],
    ['retrying', retryingCallback],
  ])('buries a callback that is %s, and makes no record of an attempt', async (_, callback) => {
    const { reply, after, again } = await transit({ callback }, settling(expired))
    expect(reply).toBe('settled')
    expect(after.callback).toMatchObject({ state: 'dead', reason: 'expired' })
    expect(after.callback).not.toHaveProperty('attempt:0')
    expect(after.callback).not.toHaveProperty('nextAttemptAt')
    expect(after.deadLetters).toEqual([id])
    expect(after.results).toMatchObject([{ state: 'dead', reason: 'expired' }])
    expect(again).toEqual({ reply: 'stale', after })
  })

  it('changes nothing of a later generation, which may expire later', async () => {
    const before = { callback: { ...scheduledCallback, generation: '2' } }
    const { reply, after } = await transit(before, settling(expired))
    expect(reply).toBe('stale')
    expect(after).toEqual(changed(before, {}))
  })

  it.each([
    ['attempting', attemptingCallback],
    ['booked', bookedCallback],
    ['dead', deadCallback],
  ])('changes nothing of a callback that is %s', async (_, callback) => {
    const { reply, after } = await transit({ callback }, settling(expired))
    expect(reply).toBe('stale')
    expect(after).toEqual(changed({ callback }, {}))
  })
})

/** What a redrive keeps: it is the same promise, so what an earlier attempt booked is what was promised. */
const redriven = {
  generation: '2',
  attempts: '1',
  priorAttempts: '1',
  'attempt:1': '{"outcome":"uncertain"}',
}
const passedOver: [string, Partial<LedgerState>][] = [
  ['retrying', { callback: retryingCallback }],
  ['dead', { callback: { ...deadCallback, reason: 'uncertain' }, deadLetters: [id] }],
  ['dead and discarded', { callback: deadCallback, expires: true }],
  ['attempting again', { callback: { ...attemptingCallback, attempts: '2' } }],
  ['accepted again by a redrive', { callback: { ...acceptedCallback, ...redriven } }],
  ['scheduled again by a redrive', { callback: { ...scheduledCallback, ...redriven } }],
  ['cancelled', { callback: { ...retryingCallback, state: 'cancelled' } }],
]

describe.each(passedOver)('an attempt given up, whose callback is now %s', (_, before) => {
  it('and was booked after all, makes it booked: the record follows the truth', async () => {
    const { reply, after, again } = await transit(before, settling(booked))
    expect(reply).toBe('late-booking')
    expect(after.callback).toMatchObject({
      state: 'booked',
      recordId,
      possibleDuplicate: '1',
      'attempt:1': booked.record,
    })
    expect(after).toMatchObject({ deadLetters: [], expires: true })
    expect(after.callback).not.toHaveProperty('reason')
    expect(after.results).toMatchObject([{ state: 'booked', recordId, possibleDuplicate: '1' }])
    expect(again).toEqual({ reply: 'already', after })
  })

  it('and was not booked, changes nothing', async () => {
    for (const ending of [refused, retried]) {
      const { reply, after } = await transit(before, settling({ ...ending, record: '{"late":1}' }))
      expect(reply).toBe('stale')
      expect(after).toEqual(changed(before, {}))
    }
  })
})

describe('an attempt given up, whose callback another attempt has booked', () => {
  const before = { callback: { ...bookedCallback, attempts: '2' }, expires: true }

  it('is a double booking when it booked as well, and both are published', async () => {
    const { reply, after, again } = await transit(before, settling(booked))
    expect(reply).toBe('double-booking')
    expect(after).toEqual(
      changed(before, {
        callback: {
          possibleDuplicate: '1',
          otherRecordIds: `${recordId} `,
          updatedAt: now,
          'attempt:1': booked.record,
        },
        results: [
          {
            id,
            callId,
            state: 'booked',
            attempts: '2',
            at: now,
            recordId,
            attributes,
            possibleDuplicate: '1',
          },
        ],
        stats: { 'possible-duplicates': '1', 'double-bookings': '1' },
        owners: { [recordId]: id },
      }),
    )
    expect(again).toEqual({ reply: 'already', after })
  })

  it.each([
    ['0TzLT00000000w50AA', '0TzLT00000000w50AA'],
    ['0TzLT00000000w50AA', '0TzLT00000000w5'],
    ['0TzLT00000000w5', '0TzLT00000000w50AA'],
  ])(
    'is none when Salesforce named the same ContactRequest twice: %s and %s',
    async (one, same) => {
      const known = { callback: { ...before.callback, recordId: one }, expires: true }
      const { reply, after } = await transit(known, settling({ ...booked, recordId: same }))
      expect(reply).toBe('already')
      expect(after).toEqual(changed(known, { callback: { 'attempt:1': booked.record } }))

      const two = { recordId: 'r0', otherRecordIds: `r1 ${one} ` }
      const second = { ...before, callback: { ...before.callback, ...two } }
      const third = { ...second.callback, 'attempt:1': booked.record, possibleDuplicate: '1' }
      const told = await transit(second, settling({ ...booked, recordId: same }))
      expect(told.reply).toBe('already')
      expect(told.after.callback).toEqual(third)
      expect(told.after.results).toEqual([])
    },
  )

  it('is one more when it is a third one, whose id only begins alike', async () => {
    const two = { callback: { ...before.callback, otherRecordIds: 'r12 ' }, expires: true }
    const { reply, after } = await transit(two, settling({ ...booked, recordId: 'r1' }))
    expect(reply).toBe('double-booking')
    expect(after.callback).toMatchObject({ otherRecordIds: 'r12 r1 ' })
  })

  it('changes nothing when it did not book', async () => {
    const { reply, after } = await transit(before, settling({ ...refused, record: '{"late":1}' }))
    expect(reply).toBe('stale')
    expect(after).toEqual(changed(before, {}))
  })
})

describe('an attempt given up that was sent after all, of which nobody knows whether it was booked', () => {
  const unclear: Ending = {
    state: 'dead',
    reason: 'uncertain',
    code: 'timeout',
    message: '…',
    followed: 'held',
    record: '{"late":1}',
  }
  const marked = { possibleDuplicate: '1', updatedAt: now }

  it('marks a callback that another attempt has booked, and publishes its result again', async () => {
    const before = { callback: { ...bookedCallback, attempts: '2' } }
    const { reply, after, again } = await transit(before, settling(unclear))
    expect(reply).toBe('stale')
    const result = { id, callId, state: 'booked', attempts: '2', at: now, attributes }
    const { recordId: theOther = '' } = bookedCallback
    expect(after).toEqual(
      changed(before, {
        callback: marked,
        results: [{ ...result, recordId: theOther, possibleDuplicate: '1' }],
        stats: { 'possible-duplicates': '1' },
      }),
    )
    expect(again).toEqual({ reply, after })
  })

  it('marks a callback that died since, and publishes its result again', async () => {
    const before = { callback: { ...deadCallback, attempts: '2' } }
    const { after, again } = await transit(before, settling(unclear))
    expect(after.callback).toEqual({ ...before.callback, ...marked })
    expect(after.results).toMatchObject([
      { id, state: 'dead', reason: 'refused', code: 'http-400', possibleDuplicate: '1' },
    ])
    expect(again.after).toEqual(after)
  })

  it.each([
    ['is attempting again', { ...attemptingCallback, attempts: '2' }],
    ['is to be sent again', retryingCallback],
    ['was resolved as not booked', { ...acceptedCallback, attempts: '1' }],
    [
      'died of the doubt about a later attempt',
      { ...deadCallback, reason: 'uncertain', attempts: '2' },
    ],
  ])('marks a callback that %s', async (_, callback) => {
    const { after } = await transit({ callback }, settling(unclear))
    expect(after.callback).toEqual({ ...callback, ...marked })
  })

  it.each([
    ['waits for somebody to look', { ...deadCallback, reason: 'uncertain' }],
    [
      'is to be asked about',
      { ...retryingCallback, uncertainSince: acceptedCallback['acceptedAt'] ?? '' },
    ],
    ['was found to be booked by it', bookedCallback],
  ])('changes nothing when the callback %s: nothing else was sent', async (_, callback) => {
    const { reply, after } = await transit({ callback }, settling(unclear))
    expect(reply).toBe('stale')
    expect(after).toEqual(changed({ callback }, {}))
  })
})

it('publishes a booking of a generation that was replaced, and leaves the new one to be sent', async () => {
  const replaced = { callback: { ...scheduledCallback, attempts: '1', priorAttempts: '1' } }
  const { reply, after, again } = await transit(replaced, settling(booked))
  expect(reply).toBe('double-booking')
  const told = { possibleDuplicate: '1', otherRecordIds: `${recordId} `, updatedAt: now }
  const result = { id, callId, state: 'booked', attempts: '1', at: now, recordId, attributes }
  expect(after).toEqual(
    changed(replaced, {
      callback: told,
      results: [{ ...result, possibleDuplicate: '1' }],
      stats: { 'possible-duplicates': '1', 'double-bookings': '1' },
      owners: { [recordId]: id },
    }),
  )
  expect(again).toEqual({ reply: 'already', after })
})

it('is listed under the time of its death', async () => {
  const { store } = await ledgerWith(open)
  await settling(refused)(store)
  expect(await store.redis.zscore(deadLettersKey(store.ref), id)).toBe(`${Date.parse(now)}`)
})

it('keeps the doubt, and since when the first one is, and counts what follows', async () => {
  const since = '2026-02-26T15:41:00.500Z'
  const doubt: Ending = { ...retried, uncertainSince: since, followed: 'verifying' }
  const { after } = await transit(open, settling(doubt))
  const { code, message, nextAttemptAt } = retried
  expect(after).toEqual(
    changed(open, {
      callback: {
        state: 'retrying',
        code,
        message,
        nextAttemptAt,
        updatedAt: now,
        claim: undefined,
        uncertainSince: since,
        firstUncertainAt: since,
        'attempt:1': retried.record,
      },
      stats: { 'uncertain:verifying': '1' },
    }),
  )
})

it('is written down in a Redis that is full and takes nothing else', async () => {
  const redis = new Redis((await startPrivateRedis()).url, { protocol: 2 })
  onTestFinished(() => redis.disconnect())
  const ref = { namespace: 'full', destination: 'default' }
  const store = openStore(redis, ref)
  await redis.hset(callbackKey(ref, id), attemptingCallback)
  await redis.config('SET', 'maxmemory', '1')
  await expect(redis.set('anything', 'else')).rejects.toThrow(/^OOM/)
  expect(await settling(booked)(store)).toBe('settled')
  expect(await redis.hget(callbackKey(ref, id), 'recordId')).toBe(recordId)
})

it('makes nothing of a callback that is not there', async () => {
  const { reply, after } = await transit({}, settling(booked))
  expect(reply).toBe('missing')
  expect(after).toEqual(changed({}, {}))
})
