import {
  callbackKey,
  deadLettersKey,
  inboxKey,
  intakeKey,
  recentKey,
  recordKey,
  resultsKey,
  statsKey,
  type Place,
} from './keys.ts'

// The keys of a destination as scripts name them, each from a script's input.

interface OfDestination {
  place: Place
}

interface OfCallback extends OfDestination {
  id: string
}

interface OfRecord extends OfDestination {
  recordId: string | undefined
}

export const callback = ({ place, id }: OfCallback) => callbackKey(place, id)
export const inbox = ({ place }: OfDestination) => inboxKey(place)
export const intake = ({ place }: OfDestination) => intakeKey(place)
export const results = ({ place }: OfDestination) => resultsKey(place)
export const deadLetters = ({ place }: OfDestination) => deadLettersKey(place)
export const stats = ({ place }: OfDestination) => statsKey(place)
export const recent = ({ place }: OfDestination) => recentKey(place)
/** Where no ContactRequest is known, a key that is never there. */
export const owner = ({ place, recordId }: OfRecord) => recordKey(place, recordId ?? '')
