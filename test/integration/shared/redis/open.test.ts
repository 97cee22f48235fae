import { describe, expect, it } from 'vitest'

import { open, type OpenInput } from '../../../../src/shared/redis/scripts.ts'
import {
  acceptedAt,
  acceptedCallback,
  attemptingCallback,
  bookedCallback,
  changed,
  deadCallback,
  entryId,
  id,
  intent,
  otherIntent,
  retryingCallback,
  scheduledCallback,
  transit,
  type Fields,
} from '../../../support/ledger.ts'

const dueAt = '2026-02-26T15:45:52.000Z'
const opens = { kind: 'schedule', generation: 1, dueAt }

function opening(more: Partial<OpenInput> = {}) {
  return (...[redis, place]: Parameters<Parameters<typeof transit>[1]>) =>
    open(redis, {
      place,
      id,
      intent,
      entryId,
      acceptedAt,
      dueAt,
      expiresAt: undefined,
      traceparent: undefined,
      ...more,
    })
}

describe('an entry of a producer without our library', () => {
  const before = { inbox: { [entryId]: intent } }

  it('opens the ledger and stays in the inbox, and does so once', async () => {
    const { reply, after, again } = await transit(before, opening())
    expect(reply).toEqual(opens)
    expect(after).toEqual(changed(before, { callback: { ...acceptedCallback, dueAt } }))
    expect(again).toEqual({ reply: opens, after })
  })

  it('keeps when it expires and whose trace it continues', async () => {
    const more = { expiresAt: '2026-02-27T00:00:00.000Z', traceparent: '00-trace' }
    const { after } = await transit(before, opening(more))
    expect(after.callback).toMatchObject(more)
  })

  it('opens nothing when another bridge has confirmed it meanwhile', async () => {
    const { reply, after } = await transit({}, opening())
    expect(reply).toEqual({ kind: 'done' })
    expect(after).toEqual(changed({}, {}))
  })
})

describe('an entry whose ledger the library or an earlier try has opened', () => {
  it('is to be scheduled when the ledger says, not when this bridge would say', async () => {
    const before = {
      callback: { ...acceptedCallback, generation: '3' },
      inbox: { [entryId]: intent },
    }
    const { reply, after, again } = await transit(before, opening())
    expect(reply).toEqual({ kind: 'schedule', generation: 3, dueAt: acceptedAt })
    expect(after).toEqual(changed(before, {}))
    expect(again).toEqual({ reply, after })
  })

  it.each([
    ['attempting', attemptingCallback],
    ['retrying', retryingCallback],
    ['booked', bookedCallback],
    ['dead', deadCallback],
  ])('needs only to be confirmed when its job has come to %s already', async (_, callback) => {
    const before = { callback: { ...callback, entry: entryId }, inbox: { [entryId]: intent } }
    const { reply, after } = await transit(before, opening())
    expect(reply).toEqual({ kind: 'done' })
    expect(after).toEqual(changed(before, {}))
  })
})

const standing: [string, Fields][] = [
  ['accepted', { ...acceptedCallback, entry: '1-1' }],
  ['scheduled', scheduledCallback],
  ['attempting', attemptingCallback],
  ['retrying', retryingCallback],
  ['booked', bookedCallback],
  ['cancelled', { ...scheduledCallback, state: 'cancelled' }],
  ['dead', { ...deadCallback, reason: 'uncertain' }],
]

describe.each(standing)('an entry whose id belongs to another in state %s', (state, callback) => {
  it('is a duplicate with the same content, and changes nothing', async () => {
    const before = { callback, inbox: { [entryId]: intent } }
    const { reply, after, again } = await transit(before, opening())
    expect(reply).toEqual({ kind: 'duplicate', state })
    expect(after).toEqual(changed(before, {}))
    expect(again).toEqual({ reply, after })
  })

  it('is a conflict with other content, and changes nothing', async () => {
    const before = { callback, inbox: { [entryId]: otherIntent } }
    const { reply, after } = await transit(before, opening({ intent: otherIntent }))
    expect(reply).toEqual({ kind: 'conflict', state })
    expect(after).toEqual(changed(before, {}))
  })
})

describe('an entry whose id belongs to a dead letter', () => {
  const before = { callback: deadCallback, deadLetters: [id], inbox: { [entryId]: otherIntent } }

  it('opens a new generation that counts its attempts on', async () => {
    const { reply, after, again } = await transit(before, opening({ intent: otherIntent }))
    expect(reply).toEqual({ kind: 'schedule', generation: 2, dueAt })
    expect(after).toEqual({
      callback: {
        ...{ ...acceptedCallback, intent: otherIntent, dueAt },
        ...{ generation: '2', attempts: '1', priorAttempts: '1' },
      },
      inbox: before.inbox,
      deadLetters: [],
      ...{ results: [], stats: {}, owners: {}, expires: false },
    })
    expect(again).toEqual({ reply, after })
  })

  it('opens none when the entry is gone: it is what died', async () => {
    const gone = { ...before, inbox: {} }
    const { reply, after } = await transit(gone, opening({ intent: otherIntent }))
    expect(reply).toEqual({ kind: 'done' })
    expect(after).toEqual(changed(gone, {}))
  })
})
