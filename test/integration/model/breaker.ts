/**
 * The circuit breaker of the state table, without time: its window outlasts every run, a probe may be sent at once, and the ramp is
 * over when the next attempt is. What ends by time, the lease of a probe, ends when a command says so.
 */
export interface Breaker {
  isOpen: boolean
  /** The signal that it opened for; `failures` where they were of several kinds. */
  cause: string
  /** Who is let through to find out whether Salesforce is back. */
  probe?: Probe | undefined
  /** Since it was opened last. */
  all: number
  bad: number
  /** In a row. */
  failed: number
  uncertain: number
  refused: number
}

interface Probe {
  by: string
  /** Another one may be sent. */
  isOver: boolean
}

export type Signal = 'ok' | 'failure' | 'uncertain' | typeof refusal

/** Of the only kind that there is here. */
export const refusal = 'refusal:400:'

const [attempts, percent, inARow] = [2, 50, 2]

/** The same for breaker.lua: attempts, per cent, window, uncertain and refusals in a row, least and most until a probe, ramp. */
export const breakerRules = [attempts, percent, 3_600_000, inARow, inARow, 0, 0, 1].join(' ')

export function closedBreaker(): Breaker {
  return { isOpen: false, cause: '', ...nothingCounted }
}

const nothingCounted = { all: 0, bad: 0, failed: 0, uncertain: 0, refused: 0 }

/** False: an attempt may not be opened by this pass, whenever it was given. */
export function letsThrough({ isOpen, probe }: Breaker, claim: string): boolean {
  return !isOpen || probe?.by === claim
}

/** What a signal of an attempt comes to. `changed`: whoever was let in before is to be asked about anew. */
export function hear(
  breaker: Breaker,
  claim: string | undefined,
  signal: Signal,
): { isFailedProbe: boolean; changed: boolean } {
  if (!breaker.isOpen) return { isFailedProbe: false, changed: opens(breaker, signal) }
  if (claim === undefined || breaker.probe?.by !== claim)
    return { isFailedProbe: false, changed: false }
  breaker.probe = undefined
  const isFailedProbe = saysAway(signal, breaker.cause)
  breaker.isOpen = isFailedProbe
  return { isFailedProbe, changed: !isFailedProbe }
}

/** By this the destination is away as before, `cause` being what for it was found to be. */
export function saysAway(signal: Signal, cause: string): boolean {
  return signal === cause || signal === 'failure' || signal === 'uncertain'
}

function opens(breaker: Breaker, signal: Signal): boolean {
  const isBad = signal === 'failure' || signal === 'uncertain'
  breaker.all += 1
  breaker.bad += isBad ? 1 : 0
  breaker.failed = isBad ? breaker.failed + 1 : 0
  breaker.uncertain = signal === 'uncertain' ? breaker.uncertain + 1 : 0
  breaker.refused = signal === refusal ? breaker.refused + 1 : 0
  const cause = causeOf(breaker, isBad)
  if (cause === undefined) return false
  Object.assign(breaker, { isOpen: true, cause, probe: undefined, ...nothingCounted })
  return true
}

function causeOf(breaker: Breaker, isBad: boolean): string | undefined {
  const { all, bad, failed, uncertain, refused } = breaker
  if (uncertain >= inARow) return 'uncertain'
  if (refused >= inARow) return refusal
  if (failed >= 2 * attempts) return 'failures'
  const isMuch = all >= attempts && 100 * bad >= percent * all && 100 * bad >= percent * attempts
  return isBad && isMuch ? 'failures' : undefined
}
