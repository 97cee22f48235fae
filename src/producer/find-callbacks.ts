import { decodeWish } from '../shared/contract/decode-wish.ts'
import { RingbackError } from '../shared/errors/errors.ts'
import { describeProblems } from '../shared/errors/problem.ts'
import type { DestinationStore } from '../shared/redis/destination-store.ts'
import { findCallbacks } from '../shared/store/lookup/find-callbacks.ts'
import type { Clue } from '../shared/store/lookup/find-ids.ts'
import { newestFirst } from '../shared/store/lookup/newest-first.ts'
import type { FoundCallback } from '../shared/store/lookup/found-callback.ts'
import { readNumberKey } from '../shared/store/lookup/number-key.ts'
import type { ClueInput } from './wish-inputs.ts'

export interface FindOptions {
  /** So many at most, the newest. Default 100. */
  limit?: number
  /** RINGBACK_NUMBER_KEY, where the workers have been given one. */
  numberKey?: string
  signal?: AbortSignal
}

const usualLimit = 100

/** Of a call or a number in all partitions, newest first. */
export async function findInAll(
  stores: readonly DestinationStore[],
  input: ClueInput,
  options: FindOptions,
): Promise<FoundCallback[]> {
  const [only, ...others] = stores
  if (only !== undefined && others.length === 0) return findFor(only, input, options)
  const found = await Promise.all(stores.map((store) => findFor(store, input, options)))
  return newestFirst(found).slice(0, options.limit ?? usualLimit)
}

async function findFor(
  store: DestinationStore,
  input: ClueInput,
  { limit = usualLimit, numberKey, signal }: FindOptions,
): Promise<FoundCallback[]> {
  const clue = clueOf(input)
  const reading = await readNumberKey(store, numberKey)
  if (reading.kind !== 'known') throw unknownKey()
  const found: FoundCallback[] = []
  for await (const callback of findCallbacks(store, { key: reading.key, clue })) {
    signal?.throwIfAborted()
    if (found.length >= limit) break
    found.push(callback)
  }
  return found
}

/** By the rules, and with the words, of an entry that names callbacks. */
function clueOf({ callId, callbackNumber }: ClueInput): Clue {
  const json = JSON.stringify({ callId, callbackNumber })
  const read = decodeWish({ kind: 'cancel', json: Buffer.from(json) }, 0)
  if (read.kind === 'invalid') {
    const { problems } = read
    throw new RingbackError('invalid-wish', describeProblems(problems), { problems })
  }
  const { wanted } = read.value
  if (wanted.kind !== 'id') return wanted
  throw new RingbackError('invalid-wish', 'id: give callId or callbackNumber')
}

function unknownKey(): RingbackError {
  return new RingbackError(
    'number-key-unknown',
    'No worker has made a key by which callbacks are found by call and number, or the workers have another one than is given.',
  )
}
