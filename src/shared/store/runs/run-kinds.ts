/** `redrive` sends dead letters again, `replay` whatever has ended, `discard` lets dead letters go, `cancel` what waits. */
export const runKinds = ['redrive', 'replay', 'discard', 'cancel'] as const

export type RunKind = (typeof runKinds)[number]

/** Whether a run of this kind sends anything. One that does not needs no rate, and nothing holds it back. */
export function sends(kind: RunKind): boolean {
  return kind === 'redrive' || kind === 'replay'
}

/**
 * A plan that was made is `planned`. `waiting`: nothing may be sent to the destination at this moment. `paused`: by somebody,
 * after its canary, or because too much of what it sent died. After `done` and `aborted` nothing more is sent.
 */
export const runStates = ['planned', 'running', 'waiting', 'paused', 'done', 'aborted'] as const

export type RunState = (typeof runStates)[number]

/** Why a run waits (the first two), or was paused. */
export const stateWhys = [
  'paused',
  'breaker-open',
  'asked',
  'canary',
  'canary-died',
  'too-many-deaths',
  'cannot-verify',
] as const

export type StateWhy = (typeof stateWhys)[number]
