import { randomBytes } from 'node:crypto'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { secretKey } from '../../redis/keys.ts'
import { takeStep } from '../../telemetry/steps.ts'
import { numberKeyOf, type NumberKey } from '../ledger/places.ts'

// A key that was made here lies in Redis as `made:<key>`. Of one that was given (RINGBACK_NUMBER_KEY) nothing lies there but
// `given:<print>`, by which whoever has another one finds that out.
const made = 'made:'
const given = 'given:'

/** What can be told of the key by which callbacks are found. */
export type NumberKeyReading =
  | { kind: 'known'; key: NumberKey }
  /** No worker that places callbacks has served this destination yet. */
  | { kind: 'none' }
  /** The workers have been given one that is not given here, or have made one and another one is given here. */
  | { kind: 'another' }

/** For whoever looks something up. Makes none. */
export async function readNumberKey(
  { redis, ref }: DestinationStore,
  setting: string | undefined,
): Promise<NumberKeyReading> {
  const stored = await redis.get(secretKey(ref))
  if (stored === null) return { kind: 'none' }
  if (setting === undefined) {
    return stored.startsWith(made)
      ? { kind: 'known', key: numberKeyOf(stored.slice(made.length)) }
      : { kind: 'another' }
  }
  const key = numberKeyOf(setting)
  return stored === given + key.print ? { kind: 'known', key } : { kind: 'another' }
}

/** For whoever places callbacks: the key that was given, else the one that is there, else a new one. */
export async function keepNumberKey(
  store: DestinationStore,
  setting: string | undefined,
): Promise<NumberKey> {
  const { redis, ref } = store
  const reading = await readNumberKey(store, setting)
  if (reading.kind === 'known') return reading.key
  const { destination } = ref
  const name = secretKey(ref)
  if (setting !== undefined) {
    const key = numberKeyOf(setting)
    await takeStep('number-key', { destination }, () => redis.set(name, given + key.print))
    return key
  }
  const fresh = made + randomBytes(32).toString('base64url')
  const isFirst = reading.kind === 'none'
  await takeStep('number-key', { destination }, () =>
    isFirst ? redis.set(name, fresh, 'NX') : redis.set(name, fresh),
  )
  // Of several workers that begin at once, the first has made it for all.
  const kept = (await redis.get(name)) ?? fresh
  return numberKeyOf(kept.slice(made.length))
}
