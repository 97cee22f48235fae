import { describe, expect, it } from 'vitest'

import type { DestinationStore } from '../../../../src/shared/redis/destination-store.ts'
import { inboxKey } from '../../../../src/shared/redis/keys.ts'
import { bridgeGroup } from '../../../../src/shared/store/inbox/inbox.ts'
import { cancelByEntry } from '../../../../src/shared/store/ledger/cancel.ts'
import { reschedule, rescheduleByEntry } from '../../../../src/shared/store/ledger/reschedule.ts'
import {
  acceptedCallback,
  bookedCallback,
  changed,
  deadCallback,
  entryId,
  id,
  ledgerWith,
  scheduledCallback,
  transit,
  without,
  type Fields,
  type LedgerState,
} from '../../../support/ledger.ts'

const now = '2026-02-26T15:42:30.000Z'
const before = '1772120451000-0'
/** In the same millisecond as the entry that the callback came by. */
const behind = '1772120452000-1'
const wish = '1772120453000-0'
const between = '1772120453000-1'
const next = '1772120454000-0'
const later = '2099-02-26T09:00:00.000Z'
const latest = '2099-02-27T09:00:00.000Z'

type Act = (entry: string) => (store: DestinationStore) => Promise<unknown>

const cancelling: Act = (entry) => (store) =>
  cancelByEntry(store, {
    id,
    entryId: entry,
    by: undefined,
    why: undefined,
    now,
    nowMs: Date.parse(now),
    retentionMs: 60_000,
    group: bridgeGroup,
  })

const moving =
  (entry: string, notBefore = later) =>
  (store: DestinationStore) =>
    rescheduleByEntry(store, {
      id,
      entryId: entry,
      by: undefined,
      why: undefined,
      delayMs: undefined,
      notBefore,
    })

const both = [
  ['cancel', cancelling, 'cancelled'],
  ['reschedule', moving, 'moved'],
] as const

/** The ledger with these entries in the inbox. */
function inboxOf(callback: Fields, ...entries: string[]): Partial<LedgerState> {
  const isThere = Object.keys(callback).length > 0
  return {
    ...(isThere && { callback }),
    inbox: Object.fromEntries(entries.map((entry) => [entry, '{}'])),
  }
}

describe.each(both)('a %s in the inbox', (_, act, done) => {
  it('counts for a callback that was sent before it', async () => {
    const { reply } = await transit(inboxOf(scheduledCallback, wish), act(wish))
    expect(reply).toMatchObject({ kind: done })
  })

  it('counts for a callback that was sent in the same millisecond, and is in the inbox yet', async () => {
    const { reply } = await transit(inboxOf(acceptedCallback, entryId, behind), act(behind))
    expect(reply).toMatchObject({ kind: done })
  })

  it.each([
    ['of a first generation', scheduledCallback],
    ['that is in the inbox yet', { ...acceptedCallback, entry: next }],
    ['that was redriven', { ...scheduledCallback, generation: '2', openedBy: next }],
    ['that was redriven in the same millisecond', { ...scheduledCallback, openedBy: between }],
  ])('does not count for a callback %s that was sent after it', async (_name, callback) => {
    const entry = callback === scheduledCallback ? before : wish
    const state = inboxOf(callback, entry)
    const { reply, after, again } = await transit(state, act(entry))
    expect(reply).toEqual({ kind: 'outdated' })
    expect(after).toEqual(changed(state, {}))
    expect(again).toEqual({ reply, after })
  })

  it('does nothing once another bridge has taken it out of the inbox', async () => {
    const state = inboxOf(scheduledCallback)
    const { reply, after } = await transit(state, act(wish))
    expect(reply).toEqual({ kind: 'done' })
    expect(after).toEqual(changed(state, {}))
  })

  it.each([
    ['is not known', {}],
    ['is dead', deadCallback],
  ])(
    'waits for what lies before it in the inbox where its callback %s',
    async (_name, callback) => {
      const state = inboxOf(callback, before, wish)
      const { reply, after } = await transit(state, act(wish))
      expect(reply).toEqual({ kind: 'early' })
      expect(after).toEqual(changed(state, {}))
    },
  )

  it.each([
    ['not known', {}, { kind: 'missing' }],
    ['a letter that never was one', without(deadCallback, 'intent'), { kind: 'missing' }],
    ['dead', deadCallback, { kind: 'dead', reason: 'refused' }],
  ])(
    'says that its callback is %s, once nothing lies before it',
    async (_name, callback, answer) => {
      const { reply } = await transit(inboxOf(callback, wish, next), act(wish))
      expect(reply).toEqual(answer)
    },
  )

  it('does not wait where its callback is booked', async () => {
    const { reply } = await transit(inboxOf(bookedCallback, before, wish), act(wish))
    expect(reply).toMatchObject({ kind: 'booked' })
  })
})

describe('a reschedule that is given to a bridge again', () => {
  const given = inboxOf(scheduledCallback, wish, next)

  it('changes nothing, and says when the callback is due', async () => {
    const { reply, after, again } = await transit(given, moving(wish))
    expect(reply).toMatchObject({ kind: 'moved', dueAt: later })
    expect(again.reply).toMatchObject({ kind: 'moved', dueAt: later })
    expect(again.after).toEqual(after)
  })

  it('does not undo what a later one has said', async () => {
    const { store, state } = await ledgerWith(given)
    await moving(wish)(store)
    await moving(next, latest)(store)
    expect(await moving(wish)(store)).toEqual({ kind: 'outdated' })
    expect((await state()).callback).toMatchObject({ dueAt: latest, rescheduledByEntry: next })
  })

  it('does not undo what somebody has said by a command since', async () => {
    const { store, state } = await ledgerWith(given)
    await moving(wish)(store)
    const said = { by: 'ann', why: undefined, delayMs: undefined, notBefore: latest }
    await reschedule(store, { id, ...said })
    expect(await moving(wish)(store)).toMatchObject({ kind: 'moved', dueAt: latest })
    expect(await moving(next)(store)).toEqual({ kind: 'outdated' })
    expect((await state()).callback).toMatchObject({ dueAt: latest, rescheduledBy: 'ann' })
  })

  it('counts its delay from when Redis took it', async () => {
    const { store, state } = await ledgerWith(given)
    const said = { by: undefined, why: undefined, delayMs: 60_000, notBefore: undefined }
    await rescheduleByEntry(store, { id, entryId: wish, ...said })
    const times = { dueAt: '2026-02-26T15:41:53.000Z', rescheduledAt: '2026-02-26T15:40:53.000Z' }
    expect((await state()).callback).toMatchObject(times)
  })
})

it('a callback whose entry had an id ahead of the clock may be cancelled', async () => {
  const ahead = { ...scheduledCallback, generation: '2', openedBy: '9999999999999-0' }
  const { store } = await ledgerWith({ callback: ahead })
  const entry = (await store.redis.xadd(inboxKey(store.ref), '*', 'cancel', '{}')) ?? ''
  expect(await cancelling(entry)(store)).toMatchObject({ kind: 'cancelled' })
})
