import type { Control } from '../shared/store/control/inspect-control.ts'

/** Whether callbacks are sent. `paused`: somebody has said so. `failing`: the circuit breaker is open, and sends probes at most. */
export type DispatchState = 'running' | 'paused' | 'failing'

export function dispatchStateOf({ dispatch, breaker }: Control): DispatchState {
  if (dispatch !== undefined) return 'paused'
  return isOpen(breaker) ? 'failing' : 'running'
}

/** As long as Salesforce has answered no probe. */
export function isOpen(breaker: Control['breaker']): boolean {
  return breaker !== undefined && breaker.state !== 'ramp'
}
