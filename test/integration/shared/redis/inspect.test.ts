import { expect, it } from 'vitest'

import { states } from '../../../../src/shared/contract/states.ts'
import {
  callbackKey,
  deadLettersKey,
  inboxKey,
  letterReasonsKey,
} from '../../../../src/shared/redis/keys.ts'
import { inspect, type Finding } from '../../../../src/shared/store/reconciliation/inspect.ts'
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
  retryingCallback,
  scheduledCallback,
  without,
  type Fields,
  type LedgerState,
} from '../../../support/ledger.ts'

const at = '2026-02-26T15:50:00.000Z'
const later = '2026-02-26T15:50:00.001Z'
const inbox = { [entryId]: intent }
const dead = deadCallback

const overdue: [string, Fields][] = [
  ['accepted, its entry gone', acceptedCallback],
  ['accepted, without an entry', without(acceptedCallback, 'entry')],
  ['accepted, its entry no id of any', { ...acceptedCallback, entry: 'none' }],
  ['scheduled', scheduledCallback],
  ['attempting', attemptingCallback],
  ['retrying', retryingCallback],
  ['of a later generation', { ...scheduledCallback, generation: '3' }],
  ['due at that very moment', { ...scheduledCallback, dueAt: at }],
  ['without a time', without(scheduledCallback, 'dueAt', 'updatedAt')],
  ['without a version', without(scheduledCallback, 'v')],
]

it.each(overdue)('finds what is past every time it names: %s', async (_, callback) => {
  const generation = Number(callback['generation'])
  const finding = { kind: 'overdue', id, state: callback['state'], generation }
  expect(await surveyOf({ callback })).toEqual([finding])
})

const inOrder: [string, Partial<LedgerState>][] = [
  ['accepted, its entry in the inbox', { callback: acceptedCallback, inbox }],
  ['due later', { callback: { ...scheduledCallback, dueAt: later } }],
  ['to be tried again later', { callback: { ...retryingCallback, nextAttemptAt: later } }],
  ['touched later', { callback: { ...attemptingCallback, updatedAt: later } }],
  ['booked', { callback: bookedCallback }],
  ['cancelled', { callback: { ...scheduledCallback, state: 'cancelled' } }],
  ['dead and in the index', { callback: dead, deadLetters: [id] }],
  ['dead and discarded', { callback: { ...dead, discardedAt: at } }],
  ['not there', {}],
]

it.each(inOrder)('finds nothing wrong with a callback that is %s', async (_, before) => {
  expect(await surveyOf(before)).toEqual([])
})

it('finds a dead letter that the index does not name', async () => {
  const finding = { kind: 'unlisted', id, diedAt: dead['updatedAt'] }
  expect(await surveyOf({ callback: dead, deadLetters: ['other'] })).toEqual([finding])
})

it.each<[string, Fields]>([
  ['unknown-version', { ...scheduledCallback, v: '2' }],
  ['unknown-version', { v: '2', phase: 'something new' }],
  ['unknown-state', { ...scheduledCallback, state: 'napping' }],
  ['unknown-state', { v: '1' }],
  ['unknown-generation', without(scheduledCallback, 'generation')],
  ['unknown-generation', { ...scheduledCallback, generation: 'first' }],
  ['unknown-time', { ...scheduledCallback, dueAt: 'tomorrow' }],
  ['unknown-time', { ...retryingCallback, nextAttemptAt: '9' }],
])('says %s of a ledger that holds %j', async (problem, callback) => {
  expect(await surveyOf({ callback })).toEqual([{ kind: 'unreadable', id, problem }])
})

it.each(states)('knows the state %s', async (state) => {
  const findings = await surveyOf({ callback: { ...scheduledCallback, state } })
  expect(findings.filter(({ kind }) => kind === 'unreadable')).toEqual([])
})

it('finds what is wrong in a whole page, past keys of other types', async () => {
  const { store } = await ledgerWith({ callback: scheduledCallback })
  const { redis, ref } = store
  await redis.set(callbackKey(ref, 'foreign'), 'no hash')
  await redis.hset(callbackKey(ref, 'other'), retryingCallback)
  const keys = ['foreign', id, 'missing', 'other'].map((each) => callbackKey(ref, each))
  expect(await inspect(store, { keys, at })).toEqual([
    { kind: 'unreadable', id: 'foreign', problem: 'wrong-type' },
    { kind: 'overdue', id, state: 'scheduled', generation: 1 },
    { kind: 'overdue', id: 'other', state: 'retrying', generation: 1 },
  ])
  expect(await inspect(store, { keys: [], at })).toEqual([])
})

it('looks no less at callbacks when inbox and index are keys of other types', async () => {
  const { store } = await ledgerWith({ callback: acceptedCallback })
  const { redis, ref } = store
  await redis.hset(callbackKey(ref, 'dead'), dead)
  await redis.set(deadLettersKey(ref), 'no sorted set')
  await redis.set(letterReasonsKey(ref), 'no sorted set')
  await redis.set(inboxKey(ref), 'no stream')
  const keys = [id, 'dead'].map((each) => callbackKey(ref, each))
  expect(await inspect(store, { keys, at })).toMatchObject([{ kind: 'overdue', id }])
})

/** What it finds; and it changes nothing. */
async function surveyOf(before: Partial<LedgerState>): Promise<Finding[]> {
  const { store, state } = await ledgerWith(before)
  const findings = await inspect(store, { keys: [callbackKey(store.ref, id)], at })
  expect(await state()).toEqual(changed(before, {}))
  return findings
}
