import { reenqueueJob } from '../../../queue/callback-queue.ts'
import type { Intent } from '../../../shared/contract/intent.ts'
import { decodeStoredIntent } from '../../../shared/store/ledger/stored-intent.ts'
import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import { callbackKey } from '../../../shared/redis/keys.ts'
import { findMistimed, type Mistimed } from '../../../shared/store/reconciliation/mistimed.ts'
import { retime } from '../../../shared/store/ledger/retime.ts'
import { scanKeys } from '../../../shared/store/keys/scan-keys.ts'
import { epochMsOf } from '../../../shared/time/timestamp.ts'

export type Waiting = Extract<Mistimed, { kind: 'waiting' }>

/** Every callback that was accepted later than now. Walks all keys, a page at a time; one may come twice. */
export async function* mistimedCallbacks(store: DestinationStore): AsyncGenerator<Mistimed> {
  for await (const keys of scanKeys(store.redis, callbackKey(store.ref, ''), 'hash')) {
    yield* await findMistimed(store, { keys })
  }
}

/** `changed`: it has gone on meanwhile, or the bridge is about to take it in and times it itself. */
export type Retiming = 'retimed' | 'changed' | 'unreadable'

/**
 * The ledger first: from then on it says when the callback is due, and if we die before the queue knows, the walking worker
 * finds a job that waits past its time, or none.
 */
export async function retimeCallback(
  store: DestinationStore,
  { id, generation, intent }: Waiting,
): Promise<Retiming> {
  const wish = readableIntent(intent)
  if (wish === undefined) return 'unreadable'
  const { delay: delayMs, notBefore, priority, requestedAt } = wish
  const retimed = await retime(store, { id, generation, delayMs, notBefore })
  if (retimed === undefined) return 'changed'
  const waitMs = epochMsOf(retimed.dueAt) - epochMsOf(retimed.acceptedAt)
  const requestedAtMs = epochMsOf(requestedAt ?? retimed.acceptedAt)
  await reenqueueJob(store, { id, generation, priority, requestedAtMs, delayMs: waitMs })
  return 'retimed'
}

/** A newer version's intent is left to a newer version's command. */
function readableIntent(json: string): Intent | undefined {
  try {
    return decodeStoredIntent(json)
  } catch {
    return undefined
  }
}
