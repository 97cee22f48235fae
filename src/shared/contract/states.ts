/** The life of a callback, as a closed list (docs/state-machine.md). */
export const states = [
  'accepted',
  'scheduled',
  'attempting',
  'retrying',
  'booked',
  'dead',
  'cancelled',
] as const

export type State = (typeof states)[number]

/** Why a callback ended without being booked. */
export const deadReasons = ['invalid', 'refused', 'exhausted', 'expired', 'uncertain'] as const

export type DeadReason = (typeof deadReasons)[number]

/**
 * Every transition there is. The scripts in src/shared/store perform them; a test holds them to this table.
 *
 * `booked` follows `attempting`, and every other state but itself for one case: an attempt was given up as uncertain, and
 * its answer came after all. The record follows the truth. `dead → accepted` is a redrive, or a new submission of a dead
 * id; `booked → accepted` is a replay: somebody says that Salesforce has lost it. By a submission it never happens, and
 * `cancelled → accepted` never: a finished callback is a duplicate until it is forgotten.
 * `booked → dead` has one case: a search concluded that it was booked, by a ContactRequest that another callback's answer
 * then names as its own. It is in doubt again.
 * An erasure tells `cancelled` in the results and takes the hash away in the same step.
 */
export const transitions: Readonly<Record<State, readonly State[]>> = {
  accepted: ['scheduled', 'attempting', 'booked', 'dead', 'cancelled'],
  scheduled: ['attempting', 'booked', 'dead', 'cancelled'],
  attempting: ['retrying', 'booked', 'dead', 'cancelled'],
  retrying: ['attempting', 'booked', 'dead', 'cancelled'],
  booked: ['accepted', 'dead'],
  dead: ['accepted', 'booked', 'cancelled'],
  cancelled: ['booked'],
}

/** True for a state after which nothing is sent any more, unless somebody redrives. */
export function isEnd(state: State): boolean {
  return state === 'booked' || state === 'dead' || state === 'cancelled'
}
