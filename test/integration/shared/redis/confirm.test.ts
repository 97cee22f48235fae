import { expect, it } from 'vitest'

import { bridgeGroup, readNew } from '../../../../src/shared/store/inbox/inbox.ts'
import { confirm } from '../../../../src/shared/store/ledger/confirm.ts'
import type { DestinationStore } from '../../../../src/shared/redis/destination-store.ts'
import {
  acceptedCallback,
  attemptingCallback,
  bookedCallback,
  changed,
  deadCallback,
  entryId,
  id,
  intent,
  ledgerWith,
  pendingEntries,
  retryingCallback,
  scheduledCallback,
  transit,
} from '../../../support/ledger.ts'

const now = '2026-02-26T15:40:53.000Z'
const inbox = { [entryId]: intent, '1772120452000-1': intent }
const nothing = { scheduled: false, nth: undefined }
const left = { '1772120452000-1': intent }

function confirming(store: DestinationStore) {
  return confirm(store, { id, entryId, group: bridgeGroup, now })
}

it('makes the callback of the entry scheduled and takes the entry, and no other, out of the inbox', async () => {
  const before = { callback: acceptedCallback, inbox }
  const { reply, after, again } = await transit(before, confirming)
  expect(reply).toEqual({ scheduled: true, nth: undefined })
  expect(after).toEqual(
    changed(before, {
      callback: { ...scheduledCallback, entry: undefined, updatedAt: now },
      inbox: left,
    }),
  )
  expect(again).toEqual({ reply: nothing, after })
})

it.each([
  ['attempting', attemptingCallback],
  ['retrying', retryingCallback],
  ['booked', bookedCallback],
  ['dead', deadCallback],
])('leaves the state where the job has come to %s already', async (_, callback) => {
  const before = { callback: { ...callback, entry: entryId }, inbox }
  const { reply, after, again } = await transit(before, confirming)
  expect(reply).toEqual(nothing)
  expect(after).toEqual(changed(before, { callback: { entry: undefined }, inbox: left }))
  expect(again).toEqual({ reply: nothing, after })
})

it.each([
  ['another entry', { ...acceptedCallback, entry: '1-1' }],
  ['no entry', scheduledCallback],
])(
  'leaves a callback that waits for %s as it is: this entry was a duplicate',
  async (_, callback) => {
    const before = { callback, inbox }
    const { reply, after } = await transit(before, confirming)
    expect(reply).toEqual(nothing)
    expect(after).toEqual(changed(before, { inbox: left }))
  },
)

it('does nothing but clear up where the ledger is gone', async () => {
  const { reply, after } = await transit({ inbox }, confirming)
  expect(reply).toEqual(nothing)
  expect(after).toEqual(changed({}, { inbox: left }))
})

it('leaves nothing pending in the group', async () => {
  const { store } = await ledgerWith({ callback: acceptedCallback, inbox })
  await readNew(store, { consumer: 'one', count: 10, blockMs: 1 })
  expect(await pendingEntries(store)).toBe(2)
  await confirming(store)
  expect(await pendingEntries(store)).toBe(1)
})

it('says where to it was moved, if somebody has moved it', async () => {
  const moved = { ...acceptedCallback, dueAt: '2099-01-01T00:00:00.000Z', rescheduledAt: now }
  const { reply } = await transit({ callback: moved, inbox }, confirming)
  expect(reply).toEqual({ scheduled: true, nth: undefined, movedTo: '2099-01-01T00:00:00.000Z' })
})

it('does not call it too old by the time that it was due before', async () => {
  const moved = { ...acceptedCallback, dueAt: '2099-01-01T00:00:00.000Z', rescheduledAt: now }
  const { after } = await transit({ callback: moved, inbox }, (store) =>
    confirm(store, { id, entryId, group: bridgeGroup, now, expiresAt: now, isDefault: true }),
  )
  expect(after.callback).not.toHaveProperty('expiresAt')
})
