import { messageOf } from '../shared/errors/errors.ts'
import type { Redis } from '../shared/redis/connection.ts'
import { openStore } from '../shared/redis/destination-store.ts'
import type { DestinationRef } from '../shared/redis/keys.ts'
import { isPoisonMessage } from '../shared/redis/poison.ts'
import { redisErrorKind } from '../shared/redis/redis-errors.ts'
import type { NumberKey } from '../shared/store/ledger/places.ts'
import { keepNumberKey, readNumberKey } from '../shared/store/lookup/number-key.ts'
import type { Observer } from '../shared/telemetry/events.ts'
import type { Clock } from '../shared/time/clock.ts'

/** The key by which a destination's callbacks are placed; undefined where it cannot be had: no promise waits for it. */
export type NumberKeyOf = (ref: DestinationRef) => Promise<NumberKey | undefined>

export interface NumberKeysContext {
  redis: Redis
  /** RINGBACK_NUMBER_KEY. */
  setting: string | undefined
  /** Those that this worker serves. Of others it makes no key, and changes none. */
  isServed: (destination: string) => boolean
  clock: Clock
  observe: Observer
}

/** Somebody may have emptied the Redis meanwhile, or another worker been given a key. */
const freshMs = 60_000

interface Asked {
  atMs: number
  key: Promise<NumberKey | undefined>
}

/** One for all destinations of a worker: each key is asked for once a minute. */
export function createNumberKeys(context: NumberKeysContext): NumberKeyOf {
  const { clock } = context
  const known = new Map<string, Asked>()
  return (ref) => {
    const asked = known.get(ref.destination)
    if (asked !== undefined && clock.monotonic() - asked.atMs < freshMs) return asked.key
    const key = keepOrDoWithout(context, ref)
    known.set(ref.destination, { atMs: clock.monotonic(), key })
    // What passes is asked again at once.
    key.catch(() => known.delete(ref.destination))
    return key
  }
}

async function keepOrDoWithout(
  { redis, setting, isServed, observe }: NumberKeysContext,
  ref: DestinationRef,
): Promise<NumberKey | undefined> {
  const store = openStore(redis, ref)
  try {
    if (isServed(ref.destination)) return await keepNumberKey(store, setting)
    const reading = await readNumberKey(store, setting)
    return reading.kind === 'known' ? reading.key : undefined
  } catch (error) {
    if (!isPoisonMessage(error) && redisErrorKind(error) !== 'forbidden') throw error
    const message = messageOf(error)
    const { destination } = ref
    observe({ event: 'maintenance.failed', part: 'number-key', destination, message })
    return undefined
  }
}
