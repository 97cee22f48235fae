import { Redis } from 'ioredis'
import { onTestFinished } from 'vitest'

import { transitions, type State } from '../../src/shared/contract/states.ts'
import { bridgeGroup, ensureInboxGroup } from '../../src/shared/store/inbox/inbox.ts'
import { openStore, type DestinationStore } from '../../src/shared/redis/destination-store.ts'
import {
  callbackKey,
  deadLettersKey,
  inboxKey,
  letterReasonsKey,
  ownerKey,
  resultsKey,
  statsKey,
} from '../../src/shared/redis/keys.ts'
import { freshNamespace, redisUrl } from './redis.ts'

/** The one id that a ledger under test is about. */
export const id = 'order-17'
/** Of the intent below. */
export const callId = 'c'
export const intent = '{"id":"order-17","callId":"c","callbackNumber":"+18445791189"}'
export const otherIntent = '{"id":"order-17","callId":"d","callbackNumber":"+18445791189"}'
export const entryId = '1772120452000-0'
export const acceptedAt = '2026-02-26T15:40:52.000Z'

export type Fields = Record<string, string>

/** Everything that the scripts know of one callback. */
export interface LedgerState {
  /** The hash; empty if there is none. */
  callback: Fields
  /** Intents by entry id. */
  inbox: Fields
  deadLetters: string[]
  results: Fields[]
  /** What was counted. */
  stats: Fields
  /** Whose each ContactRequest is, by its id. */
  owners: Fields
  /** Whether the hash is to be forgotten in time. */
  expires: boolean
}

export interface Ledger {
  store: DestinationStore
  state: () => Promise<LedgerState>
}

/** A ledger of this test's own in the given state. */
export async function ledgerWith(before: Partial<LedgerState> = {}): Promise<Ledger> {
  const redis = new Redis(redisUrl(), { protocol: 2 })
  onTestFinished(() => redis.disconnect())
  const ref = { namespace: freshNamespace(), destination: 'default' }
  const store = openStore(redis, ref)
  const key = callbackKey(ref, id)
  await ensureInboxGroup(store)
  if (before.callback !== undefined) await redis.hset(key, before.callback)
  if (before.expires === true) await redis.pexpire(key, 60_000)
  for (const [entry, text] of Object.entries(before.inbox ?? {})) {
    await redis.xadd(inboxKey(ref), entry, 'intent', text)
  }
  for (const dead of before.deadLetters ?? []) {
    await redis.zadd(deadLettersKey(ref), 1, dead)
    await redis.zadd(letterReasonsKey(ref), 1, dead)
  }
  for (const [record, owner] of Object.entries(before.owners ?? {})) {
    await redis.set(ownerKey(ref, record), owner)
  }
  return { store, state: () => readState(store) }
}

export async function readState(store: DestinationStore): Promise<LedgerState> {
  const { redis, ref } = store
  const key = callbackKey(ref, id)
  const [callback, ttl, inbox, deadLetters, results, stats, owners] = await Promise.all([
    redis.hgetall(key),
    redis.pttl(key),
    redis.xrange(inboxKey(ref), '-', '+'),
    redis.zrange(deadLettersKey(ref), '0', '-1'),
    redis.xrange(resultsKey(ref), '-', '+'),
    redis.hgetall(statsKey(ref)),
    readOwners(store),
  ])
  return {
    callback,
    inbox: Object.fromEntries(inbox.map(([entry, values]) => [entry, values[1] ?? ''])),
    deadLetters,
    results: results.map(([, values]) => fieldsOf(values)),
    stats,
    owners,
    expires: ttl > 0,
  }
}

export async function readOwners({ redis, ref }: DestinationStore): Promise<Fields> {
  const prefix = ownerKey(ref, '')
  const keys = await redis.keys(`${prefix}*`)
  if (keys.length === 0) return {}
  const owners = await redis.mget(keys)
  return Object.fromEntries(
    keys.map((key, index) => [key.slice(prefix.length), owners[index] ?? '']),
  )
}

/** Everything as it was, but for what `changes` says. A field of the callback that is undefined is gone. */
export function changed(
  before: Partial<LedgerState>,
  changes: Partial<Omit<LedgerState, 'callback'>> & {
    callback?: Record<string, string | undefined>
  },
): LedgerState {
  const merged = Object.entries({ ...before.callback, ...changes.callback })
  const callback = Object.fromEntries(merged.filter(([, value]) => value !== undefined)) as Fields
  return { ...nothing, ...before, ...changes, callback }
}

const nothing = {
  callback: {},
  inbox: {},
  deadLetters: [],
  results: [],
  stats: {},
  owners: {},
  expires: false,
}

export interface Transition<Reply> {
  reply: Reply
  after: LedgerState
  /** The same call once more. */
  again: { reply: Reply; after: LedgerState }
}

/** Calls a script on a ledger twice. Throws when a state follows another that the table does not allow. */
export async function transit<Reply>(
  before: Partial<LedgerState>,
  call: (store: DestinationStore) => Promise<Reply>,
): Promise<Transition<Reply>> {
  const { store, state } = await ledgerWith(before)
  const reply = await call(store)
  const after = await state()
  assertLegal(before.callback?.['state'], after.callback['state'])
  const secondReply = await call(store)
  const afterSecond = await state()
  assertLegal(after.callback['state'], afterSecond.callback['state'])
  return { reply, after, again: { reply: secondReply, after: afterSecond } }
}

/** A callback comes into being as accepted, or dead; it ceases to be when what never was a callback is redriven. */
export function assertLegal(from: string | undefined, to: string | undefined): void {
  if (from === to) return
  const next: readonly string[] =
    from === undefined ? ['accepted', 'dead'] : transitions[from as State]
  if (from === 'dead' && to === undefined) return
  if (to === undefined || !next.includes(to)) {
    throw new Error(`${from ?? 'nothing'} → ${to ?? 'nothing'} is not in the table of transitions`)
  }
}

/** How many entries the bridge was given and has not confirmed. */
export async function pendingEntries({ redis, ref }: DestinationStore): Promise<number> {
  const [count] = (await redis.xpending(inboxKey(ref), bridgeGroup)) as [number]
  return count
}

function fieldsOf(values: readonly string[]): Fields {
  const pairs = values.flatMap((name, index) =>
    index % 2 === 0 ? [[name, values[index + 1] ?? ''] as const] : [],
  )
  return Object.fromEntries(pairs)
}

/** The hash of a callback as accept or open leave it. */
export const acceptedCallback: Fields = {
  v: '1',
  state: 'accepted',
  generation: '1',
  entry: entryId,
  intent,
  acceptedAt,
  dueAt: acceptedAt,
  updatedAt: acceptedAt,
  attempts: '0',
}

/** … once it is confirmed. */
export const scheduledCallback: Fields = without(
  { ...acceptedCallback, state: 'scheduled' },
  'entry',
)

const startedAt = '2026-02-26T15:41:00.000Z'

/** … with its first attempt open. */
export const attemptingCallback: Fields = {
  ...scheduledCallback,
  state: 'attempting',
  attempts: '1',
  claim: 'claim-1',
  firstAttemptAt: startedAt,
  updatedAt: startedAt,
  'attempt:1': `{"startedAt":"${startedAt}"}`,
}

/** … with its first attempt settled, and another one to come. */
export const retryingCallback: Fields = without(
  {
    ...attemptingCallback,
    state: 'retrying',
    code: 'service-unavailable',
    message: 'Salesforce answered 503.',
    nextAttemptAt: '2026-02-26T15:42:00.000Z',
    'attempt:1': '{"outcome":"unavailable"}',
  },
  'claim',
)

/** … given up after its first attempt. */
export const deadCallback: Fields = without(
  {
    ...retryingCallback,
    state: 'dead',
    reason: 'refused',
    code: 'http-400',
    message: 'Salesforce answered 400.',
    'attempt:1': '{"outcome":"refused"}',
  },
  'nextAttemptAt',
)

/** … booked by its first attempt. */
export const bookedCallback: Fields = without(
  {
    ...attemptingCallback,
    state: 'booked',
    recordId: '0TzLT00000000w50AA',
    'attempt:1': '{"outcome":"booked"}',
  },
  'claim',
)

export function without(fields: Fields, ...names: string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)))
}
