import { z } from 'zod'

import { RingbackError } from '../../errors/errors.ts'
import { keyIdPattern, sealingAlgorithms } from '../../phone/sealed-number.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { publicKeysKey } from '../../redis/keys.ts'
import { redisErrorKind } from '../../redis/redis-errors.ts'
import { takeStep } from '../../telemetry/steps.ts'
import type { PublicJwk } from '../../sealing/seal-keys.ts'

/** What producers have to know of a destination to seal numbers for it. */
export interface PublicKeys {
  keys: readonly PublicJwk[]
  /** Numbers in the clear are not taken. */
  required: boolean
  /** In an intent, those that were sealed without its id are not taken. */
  bound?: boolean | undefined
}

/** A JWK set (RFC 7517), with what else producers have to know beside it. */
const schema: z.ZodType<PublicKeys> = z.object({
  keys: z.array(
    z.looseObject({
      kid: z.string().regex(keyIdPattern),
      alg: z.enum(sealingAlgorithms),
      use: z.literal('enc'),
    }),
  ),
  required: z.boolean(),
  bound: z.boolean().optional(),
})

const none: PublicKeys = { keys: [], required: false }

/**
 * None where nobody has published any, and for a user who may not look: a right that is missing must not cost a promise. Who has
 * to seal is refused then, for want of a key.
 */
export async function readPublicKeys({ redis, ref }: DestinationStore): Promise<PublicKeys> {
  try {
    const json = await redis.get(publicKeysKey(ref))
    return json === null ? none : decode(json)
  } catch (error) {
    if (redisErrorKind(error) !== 'forbidden') throw error
    return none
  }
}

/** Writes only what is new: workers look every few seconds. */
export async function publishKeys(
  { redis, ref }: DestinationStore,
  published: PublicKeys,
): Promise<'published' | 'unchanged'> {
  const key = publicKeysKey(ref)
  const json = JSON.stringify(published)
  if ((await redis.get(key)) === json) return 'unchanged'
  await takeStep('keys.publish', { destination: ref.destination }, () => redis.set(key, json))
  return 'published'
}

function decode(json: string): PublicKeys {
  try {
    return schema.parse(JSON.parse(json))
  } catch {
    throw new RingbackError('unknown-record', 'The public keys in Redis cannot be read.')
  }
}
