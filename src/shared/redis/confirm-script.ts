import { randomBytes } from 'node:crypto'

import { epochMsOf } from '../time/timestamp.ts'
import { callbackKey, inboxKey, intakeKey, numbersKey, statsKey, type Place } from './keys.ts'
import { asList, asOneOf } from './reply.ts'
import { defineScript } from './script.ts'

export interface ConfirmInput {
  place: Place
  id: string
  entryId: string
  group: string
  now: string
  /** Of the intent; undefined where nothing was promised by this entry. */
  callbackNumber?: string | undefined
}

/** Which callback of its number one is, in two hours at most. Whoever looks at it wants to see floods, and knows families. */
export const nthOfNumber = ['2', '3-5', '6+'] as const
export type NthOfNumber = (typeof nthOfNumber)[number]

export interface Confirmation {
  /** The callback became `scheduled` by this. */
  scheduled: boolean
  /** Undefined: it is the first one, or was counted before. */
  nth: NthOfNumber | undefined
}

const hourMs = 3_600_000
/** Without it, whoever has a copy of Redis could try all numbers against the hashes of an hour. */
const secretOfHour = randomBytes(16).toString('base64url')

export const confirm = defineScript<ConfirmInput, Confirmation>({
  files: ['same-number', 'taking', 'confirm'],
  keys: ({ place, id, now }) => {
    const hour = hourOf(now)
    const numbers = [numbersKey(place, hour), numbersKey(place, hour - 1)]
    return [callbackKey(place, id), inboxKey(place), statsKey(place), ...numbers, intakeKey(place)]
  },
  args: ({ group, entryId, now, callbackNumber }) => [
    group,
    entryId,
    now,
    callbackNumber ?? '',
    hourOf(now),
    secretOfHour,
  ],
  decode: (reply) => {
    const [scheduled, nth] = asList(reply)
    return {
      scheduled: scheduled === 1,
      nth: nth === '' ? undefined : asOneOf(nth, nthOfNumber),
    }
  },
})

function hourOf(timestamp: string): number {
  return Math.floor(epochMsOf(timestamp) / hourMs)
}
