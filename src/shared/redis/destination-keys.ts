import {
  breakerKey,
  callbackKey,
  callPlaceKey,
  controlKey,
  deadLettersKey,
  dueJobsKey,
  inFlightKey,
  inboxKey,
  intakeKey,
  numberPlaceKey,
  recentKey,
  ownerKey,
  paceKey,
  resultsKey,
  statsKey,
  waitingJobsKey,
  type DestinationRef,
} from './keys.ts'

// The keys of a destination as scripts name them, each from a script's input.

interface OfDestination {
  ref: DestinationRef
}

interface OfCallback extends OfDestination {
  id: string
}

interface OfRecord extends OfDestination {
  recordId: string | undefined
}

interface OfCall extends OfDestination {
  callBucket?: string | undefined
}

interface OfNumber extends OfDestination {
  numberBucket?: string | undefined
}

export const callback = ({ ref, id }: OfCallback) => callbackKey(ref, id)
export const inbox = ({ ref }: OfDestination) => inboxKey(ref)
export const intake = ({ ref }: OfDestination) => intakeKey(ref)
export const results = ({ ref }: OfDestination) => resultsKey(ref)
export const deadLetters = ({ ref }: OfDestination) => deadLettersKey(ref)
export const stats = ({ ref }: OfDestination) => statsKey(ref)
export const recent = ({ ref }: OfDestination) => recentKey(ref)
export const control = ({ ref }: OfDestination) => controlKey(ref)
export const breaker = ({ ref }: OfDestination) => breakerKey(ref)
export const pace = ({ ref }: OfDestination) => paceKey(ref)
export const inFlight = ({ ref }: OfDestination) => inFlightKey(ref)
export const dueJobs = ({ ref }: OfDestination) => dueJobsKey(ref)
export const waitingJobs = ({ ref }: OfDestination) => waitingJobsKey(ref)
/** Where no ContactRequest is known, a key that is never there. */
export const owner = ({ ref, recordId }: OfRecord) => ownerKey(ref, recordId ?? '')
/** As with `owner`: where it is not known, a key that is never there. */
export const byCall = ({ ref, callBucket }: OfCall) => callPlaceKey(ref, callBucket ?? '')
export const byNumber = ({ ref, numberBucket }: OfNumber) => numberPlaceKey(ref, numberBucket ?? '')
