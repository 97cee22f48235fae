import { readSealKeysFile } from '../../shared/config/features/sealing.ts'
import { createPeriodic } from '../../shared/lifecycle/periodic.ts'
import { messageOf } from '../../shared/errors/errors.ts'
import type { Service } from '../../shared/lifecycle/service.ts'
import { tellOnce } from '../../shared/errors/tell-once.ts'
import type { DestinationStore } from '../../shared/redis/destination-store.ts'
import { publicJwkOf, publishedKeys, type SealKey } from '../../shared/sealing/seal-keys.ts'
import { createUnseal } from '../../shared/sealing/unseal.ts'
import { publishKeys } from '../../shared/store/public-keys/public-keys.ts'
import type { Observer } from '../../shared/telemetry/events.ts'
import type { Clock } from '../../shared/time/clock.ts'
import type { Sealing } from './sealing.ts'

export interface SealKeysContext {
  store: DestinationStore
  /** Where the keys lie. */
  file: string
  required: boolean
  bound: boolean
  everyMs: number
  clock: Clock
  observe: Observer
}

export interface SealKeys extends Sealing {
  /** Follows the file, and keeps the public halves where producers find them. */
  service: Service
}

/** The keys of a destination, by which this worker unseals. The file may be changed while it runs: what cannot be read changes nothing. */
export function createSealKeys(context: SealKeysContext): SealKeys {
  const { store, file, required, bound, everyMs, clock, observe } = context
  let keys = readKeysIfAny(file)
  const { tell, wentWell } = tellOnce((error) => {
    const { destination } = store.ref
    const message = messageOf(error)
    observe({ event: 'maintenance.failed', part: 'seal-keys', destination, message })
  })
  const turn = async () => {
    keys = readKeys(file)
    const published = publishedKeys(keys, clock.now()).map(publicJwkOf)
    // Not said where it is not so: workers of before, which do not know it, publish the same text.
    await publishKeys(store, { keys: published, required, ...(bound && { bound }) })
    wentWell()
  }
  return {
    unseal: createUnseal(() => keys),
    required,
    bound,
    service: createPeriodic('seal-keys', turn, { everyMs, clock, onError: tell }),
  }
}

/** What is wrong with it is told by the first turn. */
function readKeysIfAny(file: string): readonly SealKey[] {
  const reading = readSealKeysFile(file)
  return reading.kind === 'ok' ? reading.keys : []
}

function readKeys(file: string): readonly SealKey[] {
  const reading = readSealKeysFile(file)
  if (reading.kind === 'ok') return reading.keys
  throw new Error(`RINGBACK_SEAL_KEYS_FILE ${reading.message}`)
}
