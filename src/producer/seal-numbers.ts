import { isDerivedId } from '../shared/contract/ids.ts'
import { sealedIdRule, type Intent } from '../shared/contract/intent.ts'
import { RingbackError } from '../shared/errors/errors.ts'
import type { Problem } from '../shared/errors/problem.ts'
import { isSealed } from '../shared/phone/sealed-number.ts'
import type { DestinationStore } from '../shared/redis/destination-store.ts'
import type { Seal } from '../shared/sealing/seal.ts'
import { preferredKey } from '../shared/sealing/seal-keys.ts'
import { readPublicKeys, type PublicKeys } from '../shared/store/public-keys/public-keys.ts'
import type { Submission } from '../shared/store/inbox/submit.ts'
import type { Clock } from '../shared/time/clock.ts'

export interface SealNumbersOptions {
  /** Whether numbers are sealed. */
  seal: boolean
  clock: Clock
}

/** What a producer sends of a number. */
export interface SealNumbers {
  /** Of an intent that is sealed without having an id. */
  idProblem(intent: Intent): Problem | undefined
  /** As it may be sent: sealed, if numbers are sealed here. Throws `sealing-required` where they are not and must, and `no-public-key`. */
  sealed(store: DestinationStore, submission: Submission): Promise<Submission>
  /** The same of a cancel or a reschedule, which may be about a number. */
  sealedWish(store: DestinationStore, wish: unknown): Promise<unknown>
}

/** New keys are published long before the old ones go. */
const freshMs = 10_000

export function createSealNumbers({ seal: seals, clock }: SealNumbersOptions): SealNumbers {
  let last: { asking: Promise<PublicKeys>; askedAtMs: number } | undefined
  let loading: Promise<Seal> | undefined

  async function publicKeys(store: DestinationStore): Promise<PublicKeys> {
    const nowMs = clock.monotonic()
    if (last === undefined || nowMs - last.askedAtMs >= freshMs) {
      last = { asking: readPublicKeys(store), askedAtMs: nowMs }
    }
    try {
      return await last.asking
    } catch (error) {
      // A failure is not remembered: whoever comes next asks again.
      last = undefined
      throw error
    }
  }

  /** `id`: of the intent that it is for. */
  async function sendable(
    store: DestinationStore,
    callbackNumber: string,
    id?: string,
  ): Promise<string> {
    if (isSealed(callbackNumber)) return callbackNumber
    const { keys, required } = await publicKeys(store)
    if (!seals) {
      if (required) throw sealingRequired(store)
      return callbackNumber
    }
    const key = preferredKey(keys)
    if (key === undefined) throw noPublicKey(store)
    const seal = await (loading ??= loadSeal())
    return await seal(callbackNumber, key, id)
  }

  return {
    idProblem: ({ id, callbackNumber }) =>
      seals && isDerivedId(id) && !isSealed(callbackNumber)
        ? { field: 'id', message: sealedIdRule }
        : undefined,
    sealed: async (store, submission) => {
      const { intent } = submission
      const callbackNumber = await sendable(store, intent.callbackNumber, intent.id)
      return callbackNumber === intent.callbackNumber
        ? submission
        : { ...submission, intent: { ...intent, callbackNumber } }
    },
    sealedWish: async (store, wish) =>
      isOfNumber(wish)
        ? { ...wish, callbackNumber: await sendable(store, wish.callbackNumber) }
        : wish,
  }
}

function isOfNumber(wish: unknown): wish is { callbackNumber: string } {
  return (
    typeof wish === 'object' &&
    wish !== null &&
    'callbackNumber' in wish &&
    typeof wish.callbackNumber === 'string'
  )
}

/** Who seals nothing loads no cryptography. */
async function loadSeal(): Promise<Seal> {
  const { createSeal } = await import('../shared/sealing/seal.ts')
  return createSeal()
}

function sealingRequired({ ref }: DestinationStore): RingbackError {
  return new RingbackError(
    'sealing-required',
    `callbackNumber: the destination ${ref.destination} takes sealed numbers only. Nothing was accepted; create the ` +
      'producer with `seal: true`, or give --seal.',
  )
}

function noPublicKey({ ref }: DestinationStore): RingbackError {
  return new RingbackError(
    'no-public-key',
    `callbackNumber: there is no public key of the destination ${ref.destination} to seal it to, or this user may not read ` +
      'it. Nothing was accepted.',
  )
}
