import type { ServiceStatus } from '../shared/lifecycle/service.ts'
import type { Observer, WorkerEvent } from '../shared/telemetry/events.ts'

export interface DestinationStatus {
  bridge: ServiceStatus
  processor: ServiceStatus
  /** False after Salesforce has refused a fresh token: the key, the org or the call center is wrong. */
  authorized: boolean
}

export interface Authorization {
  isGiven(): boolean
  /** Hands on what it hears. */
  observe: Observer
}

/** What the attempts of a destination tell of its key. */
export function watchAuthorization(observe: Observer): Authorization {
  let isGiven = true
  return {
    isGiven: () => isGiven,
    observe: (event) => {
      isGiven = authorizationAfter(event) ?? isGiven
      observe(event)
    },
  }
}

/** `unauthorized` is the destination's fault, never the callback's; any other answer from Salesforce clears it. */
function authorizationAfter(event: WorkerEvent): boolean | undefined {
  if (event.event !== 'attempt.settled') return undefined
  if (event.code === 'unauthorized') return false
  return event.status === undefined ? undefined : true
}
