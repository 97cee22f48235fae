import { settleInput } from '../../../support/end-inputs.ts'
import { describe, expect, it } from 'vitest'

import { bridgeGroup, readNew } from '../../../../src/shared/store/inbox/inbox.ts'
import { callbackKey } from '../../../../src/shared/redis/keys.ts'
import { erase, type EraseInput } from '../../../../src/shared/store/erasure/erase.ts'
import {
  eraseEntry,
  type EraseEntryInput,
} from '../../../../src/shared/store/erasure/erase-entry.ts'
import { bury } from '../../../../src/shared/store/dead-letters/bury.ts'
import { open } from '../../../../src/shared/store/ledger/open.ts'
import { redrive } from '../../../../src/shared/store/dead-letters/redrive.ts'
import { begin } from '../../../../src/shared/store/ledger/begin.ts'
import { confirm } from '../../../../src/shared/store/ledger/confirm.ts'
import { settle } from '../../../../src/shared/store/ledger/settle.ts'
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
  otherIntent,
  pendingEntries,
  retryingCallback,
  scheduledCallback,
  type Ledger,
} from '../../../support/ledger.ts'

const now = '2026-02-26T16:00:00.000Z'
const nothing = changed({}, {})
const withdrawn = { id, state: 'cancelled', at: now, code: 'erased' }

function erasing({ store }: Ledger, more: Partial<EraseInput> = {}) {
  const content = Buffer.from(intent)
  return erase(store, {
    id,
    group: bridgeGroup,
    content,
    now,
    mayPublish: true,
    runId: '',
    ...more,
  })
}

function erasingEntry({ store }: Ledger, more: Partial<EraseEntryInput> = {}) {
  return eraseEntry(store, {
    group: bridgeGroup,
    entryId,
    id,
    mayPublish: true,
    now,
    ...more,
  })
}

describe('erase', () => {
  it.each([
    ['accepted', { callback: acceptedCallback, inbox: { [entryId]: intent } }, '0'],
    ['scheduled', { callback: scheduledCallback }, '0'],
    ['retrying', { callback: retryingCallback }, '1'],
  ])(
    'withdraws a callback that is %s, and publishes its end once',
    async (state, before, attempts) => {
      const ledger = await ledgerWith(before)
      expect(await erasing(ledger)).toEqual({ kind: 'erased', state })
      const after = { ...nothing, results: [{ ...withdrawn, attempts }] }
      expect(await ledger.state()).toEqual(after)
      expect(await erasing(ledger)).toEqual({ kind: 'missing' })
      expect(await ledger.state()).toEqual(after)
    },
  )

  it.each([
    ['booked', { callback: bookedCallback, expires: true }],
    ['dead', { callback: deadCallback, deadLetters: [id] }],
    ['dead', { callback: { ...deadCallback, discardedAt: now }, expires: true }],
    ['cancelled', { callback: { ...scheduledCallback, state: 'cancelled' } }],
  ])('forgets one that is %s, whose end was told before', async (state, before) => {
    const ledger = await ledgerWith(before)
    expect(await erasing(ledger)).toEqual({ kind: 'erased', state })
    expect(await ledger.state()).toEqual(nothing)
  })

  it('leaves one alone that is attempting: what comes of it has to be written down', async () => {
    const before = { callback: attemptingCallback }
    const ledger = await ledgerWith(before)
    expect(await erasing(ledger)).toEqual({ kind: 'attempting' })
    expect(await ledger.state()).toEqual(changed(before, {}))
  })

  it('leaves alone what has taken the id since it was found', async () => {
    const before = { callback: { ...scheduledCallback, intent: otherIntent } }
    const ledger = await ledgerWith(before)
    expect(await erasing(ledger)).toEqual({ kind: 'changed' })
    expect(await ledger.state()).toEqual(changed(before, {}))
  })

  it('forgets what never was a callback, whatever its bytes', async () => {
    const raw = Buffer.from([0x7b, 0x00, 0xff, 0xc3, 0x28])
    const { store, state } = await ledgerWith({ deadLetters: [id, 'another'] })
    await store.redis.hset(callbackKey(store.ref, id), { state: 'dead', raw, attempts: '0' })
    expect(await erasing({ store, state }, { content: raw })).toMatchObject({
      state: 'dead',
    })
    expect(await state()).toEqual({ ...nothing, deadLetters: ['another'] })
  })

  it('knows a dead letter that was a callback by its intent, whatever else was sent with it', async () => {
    const ledger = await ledgerWith({ callback: { ...deadCallback, raw: ` ${intent}` } })
    expect(await erasing(ledger)).toEqual({ kind: 'erased', state: 'dead' })
    expect(await ledger.state()).toEqual(nothing)
  })

  it('publishes an end that says that an earlier attempt may have booked', async () => {
    const ledger = await ledgerWith({ callback: { ...retryingCallback, possibleDuplicate: '1' } })
    await erasing(ledger)
    expect((await ledger.state()).results).toEqual([
      { ...withdrawn, attempts: '1', possibleDuplicate: '1' },
    ])
  })

  it('publishes nothing under an id that is to be forgotten itself', async () => {
    const ledger = await ledgerWith({ callback: scheduledCallback })
    await erasing(ledger, { mayPublish: false })
    expect(await ledger.state()).toEqual(nothing)
  })

  it('leaves nothing that a job, a late answer, a redrive or a bridge could bring back', async () => {
    const ledger = await ledgerWith({ callback: acceptedCallback, inbox: { [entryId]: intent } })
    const { store } = ledger
    await readNew(store, { consumer: 'one', count: 10, blockMs: 1 })
    await erasing(ledger)
    const after = await ledger.state()
    expect(await pendingEntries(store)).toBe(0)

    const claim = { generation: 1, claim: 'c', now, nowWithTolerance: now }
    expect(await begin(store, { id, ...claim })).toEqual({ kind: 'missing' })
    expect(await settle(store, settleInput(lateBooking))).toBe('missing')
    expect(await redrive(store, { id, now, retentionMs: 60_000 })).toBe('missing')
    const none = { delayMs: undefined, notBefore: undefined, expiresAt: undefined }
    const entry = { id, entryId, intent }
    expect(await open(store, { ...entry, ...none, traceparent: undefined })).toEqual({
      kind: 'done',
    })
    expect(await confirm(store, { id, entryId, group: bridgeGroup, now })).toMatchObject({
      scheduled: false,
    })
    expect(await ledger.state()).toEqual(after)
  })
})

describe('erase-entry', () => {
  it('withdraws an entry that was not taken in yet, and publishes its end once', async () => {
    const ledger = await ledgerWith({ inbox: { [entryId]: intent, '1772120452000-1': 'other' } })
    await readNew(ledger.store, { consumer: 'one', count: 1, blockMs: 1 })
    expect(await erasingEntry(ledger)).toBe('erased')
    const after = {
      ...nothing,
      inbox: { '1772120452000-1': 'other' },
      results: [{ ...withdrawn, attempts: '0' }],
    }
    expect(await ledger.state()).toEqual(after)
    expect(await pendingEntries(ledger.store)).toBe(0)
    expect(await erasingEntry(ledger)).toBe('missing')
    expect(await ledger.state()).toEqual(after)
  })

  it('leaves the entry of a callback to the erasure of that callback', async () => {
    const before = { callback: acceptedCallback, inbox: { [entryId]: intent } }
    const ledger = await ledgerWith(before)
    expect(await erasingEntry(ledger)).toBe('opened')
    expect(await ledger.state()).toEqual(changed(before, {}))
  })

  it('publishes no end of another callback that has the id', async () => {
    const before = { callback: scheduledCallback, inbox: { [entryId]: otherIntent } }
    const ledger = await ledgerWith(before)
    expect(await erasingEntry(ledger)).toBe('erased')
    expect(await ledger.state()).toEqual(changed(before, { inbox: {} }))
  })

  it('publishes nothing of an entry without an id, or under a key that is nobody’s ledger', async () => {
    const unnamed = await ledgerWith({ inbox: { [entryId]: 'rubbish' } })
    expect(await erasingEntry(unnamed, { mayPublish: false })).toBe('erased')
    expect(await unnamed.state()).toEqual(nothing)

    const { store, state } = await ledgerWith({ inbox: { [entryId]: intent } })
    const { redis, ref } = store
    await redis.set(callbackKey(ref, id), 'foreign')
    expect(await erasingEntry({ store, state })).toBe('erased')
    await redis.del(callbackKey(ref, id))
    expect(await state()).toEqual(nothing)
  })

  it('leaves nothing that a bridge could bury', async () => {
    const ledger = await ledgerWith({ inbox: { [entryId]: 'rubbish' } })
    await erasingEntry(ledger, { mayPublish: false })
    const { store } = ledger
    const letter = { reason: 'invalid', code: 'invalid-intent', message: '…' } as const
    const buried = await bury(store, {
      group: bridgeGroup,
      entryId,
      id,
      fallbackId: `inbox-${entryId}`,
      ...letter,
      raw: Buffer.from('rubbish'),
      now,
      nowMs: 1,
      retentionMs: 60_000,
    })
    expect(buried).toBeUndefined()
    expect(await ledger.state()).toEqual(nothing)
  })
})

const lateBooking = { now, nowMs: 1, recordId: 'r1' }
