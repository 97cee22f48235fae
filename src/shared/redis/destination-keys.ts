import {
  activeJobsKey,
  activeRunsKey,
  breakerKey,
  callbackKey,
  callPlaceKey,
  controlKey,
  deadLettersKey,
  letterReasonsKey,
  delayedJobsKey,
  doorKey,
  dueJobsKey,
  expiriesKey,
  handedKey,
  inFlightKey,
  inboxKey,
  intakeKey,
  numberPlaceKey,
  recentKey,
  retryingKey,
  flowKey,
  historyKey,
  ownerKey,
  paceKey,
  resultsKey,
  runKey,
  runsKey,
  scheduleKey,
  statsKey,
  waitingJobsKey,
  workersKey,
  type DestinationRef,
} from './keys.ts'

// The keys of a destination as scripts name them, each from the destination and a script's input.

interface OfCallback {
  id: string
}

interface OfRun {
  runId: string
}

interface OfRecord {
  recordId: string | undefined
}

interface OfCall {
  callBucket?: string | undefined
}

interface OfNumber {
  numberBucket?: string | undefined
}

export const callback = (ref: DestinationRef, { id }: OfCallback) => callbackKey(ref, id)
export const inbox = inboxKey
export const door = doorKey
export const intake = intakeKey
export const handed = handedKey
export const results = resultsKey
export const deadLetters = deadLettersKey
export const letterReasons = letterReasonsKey
export const stats = statsKey
export const recent = recentKey
export const control = controlKey
export const breaker = breakerKey
export const pace = paceKey
export const expiries = expiriesKey
export const schedule = scheduleKey
export const runs = runsKey
export const activeRuns = activeRunsKey
export const run = (ref: DestinationRef, { runId }: OfRun) => runKey(ref, runId)
export const inFlight = inFlightKey
export const workers = workersKey
export const retrying = retryingKey
export const flow = flowKey
export const history = historyKey
export const dueJobs = dueJobsKey
export const waitingJobs = waitingJobsKey
export const delayedJobs = delayedJobsKey
export const activeJobs = activeJobsKey
/** Where no ContactRequest is known, a key that is never there. */
export const owner = (ref: DestinationRef, { recordId }: OfRecord) => ownerKey(ref, recordId ?? '')
/** As with `owner`: where it is not known, a key that is never there. */
export const byCall = (ref: DestinationRef, { callBucket }: OfCall) =>
  callPlaceKey(ref, callBucket ?? '')
export const byNumber = (ref: DestinationRef, { numberBucket }: OfNumber) =>
  numberPlaceKey(ref, numberBucket ?? '')
