import type { DestinationStore } from '../../../src/shared/redis/destination-store.ts'
import {
  callbackKey,
  deadLettersKey,
  inboxKey,
  letterReasonsKey,
  retryingKey,
  statsKey,
} from '../../../src/shared/redis/keys.ts'
import { deadReasons } from '../../../src/shared/contract/states.ts'
import { readResults } from '../../../src/shared/store/results/results.ts'
import { epochMsOf } from '../../../src/shared/time/timestamp.ts'
import { readOwners } from '../../support/ledger.ts'
import { hasEnded, type Callback, type StateTable } from './state-table.ts'

/** What the table says must lie in Redis, in the form of `readLedger`. */
export function expectedLedger({ callbacks, inbox, results, owners, stats }: StateTable) {
  const all = [...callbacks.values()]
  const dead = all.filter(({ state, discarded }) => state === 'dead' && !discarded)
  return {
    callbacks: all.map(expectedCallback),
    inbox: [...inbox.keys()].sort(),
    deadLetters: dead.map(({ id }) => id).sort(),
    results: results.map(({ generation: _, ...published }) => published),
    owners: Object.fromEntries(owners),
    stats: Object.fromEntries(stats),
  }
}

function expectedCallback(callback: Callback) {
  const {
    submission: _,
    raw,
    redrivenAs,
    wasRedriven,
    replaced,
    claim,
    movedToMs,
    movedAt,
    movedBy,
    openedBy,
    ...known
  } = callback
  const nothing = { entry: undefined, nextAtMs: undefined, reason: undefined, recordId: undefined }
  // A promise is not forgotten, and neither is a dead letter until somebody has discarded it.
  return { ...nothing, ...known, isForgotten: hasEnded(callback) && !isKept(callback) }
}

function isKept({ state, discarded }: Callback): boolean {
  return state === 'dead' && !discarded
}

/** How many callbacks wait for another attempt, by code, and how many are in doubt: as it is counted, and as their ledgers say. */
export async function countRetrying(
  { redis, ref }: DestinationStore,
  ids: readonly string[],
): Promise<{ counted: Record<string, string>; real: Record<string, string> }> {
  const [counted, ledgers] = await Promise.all([
    redis.hgetall(retryingKey(ref)),
    Promise.all(
      ids.map((id) => redis.hmget(callbackKey(ref, id), 'state', 'code', 'uncertainSince')),
    ),
  ])
  const real: Record<string, string> = {}
  const countOne = (field: string) => (real[field] = String(Number(real[field] ?? 0) + 1))
  for (const [state, code, uncertainSince] of ledgers) {
    if (state !== 'retrying') continue
    countOne(code ?? '')
    if (uncertainSince !== null && uncertainSince !== undefined) countOne(':verifying')
  }
  return { counted, real }
}

/** What each dead letter died of: as it is indexed, and as their ledgers say. */
export async function letterReasons(
  { redis, ref }: DestinationStore,
  ids: readonly string[],
): Promise<{ indexed: Record<string, string>; real: Record<string, string> }> {
  const indexed: Record<string, string> = {}
  const real: Record<string, string> = {}
  for (const id of ids) {
    const key = callbackKey(ref, id)
    const fields = ['state', 'reason', 'discardedAt', 'openedBy'] as const
    const [state, reason, discardedAt, openedBy] = await redis.hmget(key, ...fields)
    // What a library has submitted in place of a dead letter leaves the index when it is opened, else by the walk.
    const mayBeReplaced = state === 'accepted' || state === 'cancelled'
    if (mayBeReplaced && typeof openedBy === 'string') continue
    const number = await redis.zscore(letterReasonsKey(ref), id)
    if (number !== null) indexed[id] = number
    if (state !== 'dead' || typeof discardedAt === 'string') continue
    real[id] = String(deadReasons.findIndex((each) => each === reason) + 1)
  }
  return { indexed, real }
}

/** `ids`: of every callback there may be, in the order of the table. */
export async function readLedger(store: DestinationStore, ids: readonly string[]) {
  const { redis, ref } = store
  const [callbacks, inbox, deadLetters, results, owners, counts] = await Promise.all([
    Promise.all(ids.map((id) => readCallback(store, id))),
    redis.xrange(inboxKey(ref), '-', '+'),
    redis.zrange(deadLettersKey(ref), 0, '-1'),
    readResults(store, { afterEntryId: '0', count: 1_000 }),
    readOwners(store),
    redis.hgetall(statsKey(ref)),
  ])
  return {
    callbacks: callbacks.filter((callback) => callback !== undefined),
    inbox: inbox.map(([entryId]) => entryId).sort(),
    deadLetters: deadLetters.sort(),
    results: results.map(
      ({ id, state, recordId, reason, attempts, possibleDuplicate, verified }) => ({
        id,
        state,
        recordId,
        reason,
        attempts,
        marked: possibleDuplicate,
        verified,
      }),
    ),
    owners,
    stats: Object.fromEntries(Object.entries(counts).map(([what, count]) => [what, Number(count)])),
  }
}

async function readCallback({ redis, ref }: DestinationStore, id: string) {
  const key = callbackKey(ref, id)
  const [hash, ttl] = await Promise.all([redis.hgetall(key), redis.pttl(key)])
  const { state, entry, reason, recordId, nextAttemptAt } = hash
  if (state === undefined) return undefined
  return {
    id,
    state,
    entry,
    reason,
    recordId,
    generation: Number(hash['generation']),
    attempts: Number(hash['attempts']),
    priorAttempts: Number(hash['priorAttempts'] ?? 0),
    uncounted: Number(hash['uncounted'] ?? 0),
    nextAtMs: nextAttemptAt === undefined ? undefined : epochMsOf(nextAttemptAt),
    inDoubt: 'uncertainSince' in hash,
    marked: hash['possibleDuplicate'] === '1',
    unwanted: 'cancelRequestedAt' in hash,
    otherRecordIds: hash['otherRecordIds']?.trim().split(' ') ?? [],
    verified: hash['verified'] === '1',
    discarded: 'discardedAt' in hash,
    isForgotten: ttl > 0,
  }
}
