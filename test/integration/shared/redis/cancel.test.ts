import { describe, expect, it } from 'vitest'

import type { DestinationStore } from '../../../../src/shared/redis/destination-store.ts'
import { resultsKey } from '../../../../src/shared/redis/keys.ts'
import { lastPossibleId } from '../../../../src/shared/redis/stream-id.ts'
import { resolve } from '../../../../src/shared/store/dead-letters/resolve.ts'
import { redrive } from '../../../../src/shared/store/dead-letters/redrive.ts'
import { bridgeGroup } from '../../../../src/shared/store/inbox/inbox.ts'
import { accept } from '../../../../src/shared/store/ledger/accept.ts'
import { begin } from '../../../../src/shared/store/ledger/begin.ts'
import { cancel, type CancelInput } from '../../../../src/shared/store/ledger/cancel.ts'
import { settle } from '../../../../src/shared/store/ledger/settle.ts'
import { verify } from '../../../../src/shared/store/ledger/verify.ts'
import { settleInput, verifyInput } from '../../../support/end-inputs.ts'
import {
  acceptedCallback,
  attemptingCallback,
  bookedCallback,
  callId,
  changed,
  deadCallback,
  entryId,
  id,
  intent,
  ledgerWith,
  otherIntent,
  retryingCallback,
  scheduledCallback,
  transit,
  type LedgerState,
} from '../../../support/ledger.ts'

const now = '2026-02-26T15:42:30.000Z'
const recordId = '0TzLT00000000w60AA'

function cancelling(more: Partial<CancelInput> = {}) {
  return (store: DestinationStore) =>
    cancel(store, {
      id,
      by: 'crm',
      why: 'reached by mail',
      now,
      nowMs: Date.parse(now),
      retentionMs: 60_000,
      group: bridgeGroup,
      ...more,
    })
}

const wish = { cancelRequestedAt: now, cancelledBy: 'crm', cancelReason: 'reached by mail' }
const cancelledResult = { id, state: 'cancelled', at: now, callId, code: 'cancelled' }

describe('a callback that waits', () => {
  it.each([
    ['accepted', { callback: acceptedCallback, inbox: { [entryId]: intent } }],
    ['scheduled', { callback: scheduledCallback }],
    ['retrying', { callback: retryingCallback }],
  ] satisfies [string, Partial<LedgerState>][])(
    'as %s is cancelled at once, and forgotten in time',
    async (_, before) => {
      const { reply, after, again } = await transit(before, cancelling())
      expect(reply).toEqual({ kind: 'cancelled', at: now, generation: 1 })
      expect(after).toEqual(
        changed(before, {
          callback: {
            ...wish,
            state: 'cancelled',
            code: 'cancelled',
            updatedAt: now,
            message: undefined,
            nextAttemptAt: undefined,
            entry: undefined,
          },
          inbox: {},
          results: [{ ...cancelledResult, attempts: before.callback['attempts'] ?? '' }],
          stats: { cancelled: '1' },
          expires: true,
        }),
      )
      expect(again).toEqual({ reply, after })
    },
  )

  it('is sent no more: whoever comes to it finds that it has ended', async () => {
    const { store } = await ledgerWith({ callback: scheduledCallback })
    await cancelling()(store)
    const run = { generation: 1, claim: 'c', now, nowWithTolerance: now }
    expect(await begin(store, { id, ...run })).toEqual({ kind: 'ended', state: 'cancelled' })
  })

  it('says in its result that it may be booked all the same, where an attempt before was in doubt', async () => {
    const before = { callback: { ...retryingCallback, possibleDuplicate: '1' } }
    const { after } = await transit(before, cancelling())
    expect(after.results).toMatchObject([{ state: 'cancelled', possibleDuplicate: '1' }])
  })

  it('stays as it is where the results take no more: an end that nobody hears of is none', async () => {
    const before = { callback: scheduledCallback }
    const { store, state } = await ledgerWith(before)
    await store.redis.xadd(resultsKey(store.ref), lastPossibleId, 'id', 'another')
    await expect(cancelling()(store)).rejects.toThrow()
    const { callback, stats } = await state()
    expect({ callback, stats }).toEqual({ callback: scheduledCallback, stats: {} })
  })

  it('keeps its id for itself', async () => {
    const { store } = await ledgerWith({ callback: scheduledCallback })
    await cancelling()(store)
    const times = { delayMs: undefined, notBefore: undefined, expiresAt: undefined }
    const submit = (text: string) =>
      accept(store, { id, intent: text, traceparent: undefined, ...times })
    expect(await submit(intent)).toEqual({ kind: 'duplicate', state: 'cancelled' })
    expect(await submit(otherIntent)).toEqual({ kind: 'conflict', state: 'cancelled' })
  })
})

describe('a callback whose attempt is under way', () => {
  const before = { callback: attemptingCallback }

  it('is let go on, and remembers who does not want it any more', async () => {
    const { reply, after, again } = await transit(before, cancelling())
    expect(reply).toEqual({ kind: 'under-way' })
    expect(after).toEqual(changed(before, { callback: { ...wish, updatedAt: now } }))
    expect(again).toEqual({ reply, after })
  })

  it.each([
    ['to be tried again', { state: 'retrying', code: 'connect', nextAttemptAt: now }],
    ['refused', { state: 'dead', reason: 'refused', code: 'NO', message: 'no' }],
    ['out of attempts', { state: 'dead', reason: 'exhausted', code: 'connect', message: '…' }],
  ] as const)('is cancelled when that turns out to be %s', async (_, ending) => {
    const requested = { callback: { ...attemptingCallback, ...wish } }
    const { reply, after, again } = await transit(requested, (store) =>
      settle(store, settleInput({ ...ending, now })),
    )
    expect(reply).toBe('cancelled')
    expect(after.callback).toMatchObject({ ...wish, state: 'cancelled', code: 'cancelled' })
    expect(after.callback).not.toHaveProperty('nextAttemptAt')
    expect(after).toMatchObject({
      results: [{ ...cancelledResult, attempts: '1' }],
      stats: { cancelled: '1' },
      deadLetters: [],
      expires: true,
    })
    expect(again).toEqual({ reply: 'already', after })
  })

  it('is booked if that books it', async () => {
    const requested = { callback: { ...attemptingCallback, ...wish } }
    const { reply, after } = await transit(requested, (store) =>
      settle(store, settleInput({ recordId })),
    )
    expect(reply).toBe('settled')
    expect(after.callback).toMatchObject({ state: 'booked', recordId, ...wish })
    expect(after.results).toMatchObject([{ state: 'booked', recordId }])
  })

  it('is cancelled and marked where nobody knows, and it would have been sent again', async () => {
    const requested = { callback: { ...attemptingCallback, ...wish } }
    const { reply, after } = await transit(requested, (store) =>
      settle(
        store,
        settleInput({
          state: 'retrying',
          nextAttemptAt: now,
          possibleDuplicate: true,
          followed: 'retried',
        }),
      ),
    )
    expect(reply).toBe('cancelled')
    expect(after.results).toMatchObject([{ state: 'cancelled', possibleDuplicate: '1' }])
  })

  it('stays in doubt where nobody knows, and it is held', async () => {
    const requested = { callback: { ...attemptingCallback, ...wish } }
    const { reply, after } = await transit(requested, (store) =>
      settle(store, settleInput({ state: 'dead', reason: 'uncertain', code: 'reset' })),
    )
    expect(reply).toBe('settled')
    expect(after.callback).toMatchObject({ state: 'dead', reason: 'uncertain', ...wish })
  })

  it('says once more that it was cancelled when a doubt comes to light later', async () => {
    const gone = { ...attemptingCallback, ...wish, state: 'cancelled', code: 'cancelled' }
    const { after } = await transit({ callback: gone }, (store) =>
      settle(store, settleInput({ state: 'retrying', followed: 'retried' })),
    )
    expect(after.callback).toMatchObject({ state: 'cancelled', possibleDuplicate: '1' })
    expect(after.results).toMatchObject([{ state: 'cancelled', possibleDuplicate: '1' }])
  })

  it('is booked after all when an attempt that was given up for lost comes back with a booking', async () => {
    const gone = { ...attemptingCallback, ...wish, state: 'cancelled', code: 'cancelled' }
    const { reply, after } = await transit({ callback: gone, expires: true }, (store) =>
      settle(store, settleInput({ recordId })),
    )
    expect(reply).toBe('late-booking')
    expect(after.callback).toMatchObject({ state: 'booked', recordId, possibleDuplicate: '1' })
  })
})

describe('a callback in doubt, about which Salesforce is being asked', () => {
  const since = '2026-02-26T15:41:00.000Z'
  const inDoubt = { callback: { ...retryingCallback, uncertainSince: since } }

  it('is asked about further', async () => {
    const { reply, after } = await transit(inDoubt, cancelling())
    expect(reply).toEqual({ kind: 'under-way' })
    expect(after).toEqual(changed(inDoubt, { callback: { ...wish, updatedAt: now } }))
  })

  it.each([
    ['is cancelled if it was not booked', { state: 'retrying', recordId: undefined }, 'cancelled'],
    ['is booked if it was', { state: 'booked', recordId }, 'booked'],
    ['stays in doubt if nobody can tell', { state: 'dead', reason: 'uncertain' }, 'dead'],
  ] as const)('%s', async (_, ending, state) => {
    const requested = { callback: { ...inDoubt.callback, ...wish } }
    const { after } = await transit(requested, (store) =>
      verify(store, verifyInput({ recordId: undefined, ...ending })),
    )
    expect(after.callback['state']).toBe(state)
    expect(after.results).toMatchObject([{ state }])
  })
})

describe('what has ended', () => {
  it.each([
    [
      'booked',
      { callback: bookedCallback },
      { kind: 'booked', recordId: bookedCallback['recordId'] },
    ],
    ['dead', { callback: deadCallback, deadLetters: [id] }, { kind: 'dead', reason: 'refused' }],
    ['not there', {}, { kind: 'missing' }],
  ])('as %s is left as it is', async (_, before, answer) => {
    const { reply, after, again } = await transit(before, cancelling())
    expect(reply).toEqual(answer)
    expect(after).toEqual(changed(before, {}))
    expect(again).toEqual({ reply, after })
  })

  it('as uncertain is cancelled when somebody finds that it was not booked', async () => {
    const dead = { ...deadCallback, ...wish, reason: 'uncertain' }
    const { reply, after } = await transit({ callback: dead, deadLetters: [id] }, (store) =>
      resolve(store, {
        id,
        recordId: undefined,
        now,
        nowMs: Date.parse(now),
        retentionMs: 60_000,
        ownerTtlMs: 60_000,
      }),
    )
    expect(reply).toBe('cancelled')
    expect(after).toMatchObject({ deadLetters: [], inbox: {}, expires: true })
    expect(after.callback).toMatchObject({ state: 'cancelled', ...wish })
    expect(after.results).toMatchObject([{ state: 'cancelled' }])
  })

  it('is left alone where a newer version wrote it', async () => {
    const before = { callback: { ...scheduledCallback, v: '2' } }
    const { reply, after } = await transit(before, cancelling())
    expect(reply).toEqual({ kind: 'unknown-version', version: '2' })
    expect(after).toEqual(changed(before, {}))
  })

  it('is wanted again when somebody redrives it', async () => {
    const dead = { ...deadCallback, ...wish, reason: 'uncertain' }
    const { after } = await transit({ callback: dead, deadLetters: [id] }, (store) =>
      redrive(store, { id, now, retentionMs: 60_000 }),
    )
    expect(after.callback).toMatchObject({ state: 'accepted' })
    expect(Object.keys(after.callback).filter((field) => field.startsWith('cancel'))).toEqual([])
  })
})
