import { randomBytes } from 'node:crypto'

import { sameNumberRanges, type SameNumberRange } from '../../contract/same-number-ranges.ts'
import { callback, expiries, inbox, intake, stats } from '../../redis/destination-keys.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { numbersKey } from '../../redis/keys.ts'
import { asList, asOneOf } from '../../redis/reply.ts'
import { defineScript } from '../../redis/script.ts'
import { epochMsOf } from '../../time/timestamp.ts'

export interface ConfirmInput {
  id: string
  entryId: string
  group: string
  now: string
  /** Of the intent; undefined where nothing was promised by this entry. */
  callbackNumber?: string | undefined
  /** After this it is not sent any more. */
  expiresAt?: string | undefined
  /** The ledger is to be told of it: the intent has none. */
  isDefault?: boolean
}

export interface Confirmation {
  /** The callback became `scheduled` by this. */
  scheduled: boolean
  /** Undefined: it is the first one, or was counted before. */
  nth: SameNumberRange | undefined
}

const hourMs = 3_600_000
/** Without it, whoever has a copy of Redis could try all numbers against the hashes of an hour. */
const secretOfHour = randomBytes(16).toString('base64url')

interface ConfirmInHour extends ConfirmInput {
  expiresAtMs: number | undefined
  defaultExpiry: string | undefined
  hour: number
  secret: string
}

const confirmInHour = defineScript<ConfirmInHour, Confirmation>({
  name: 'confirm',
  beside: import.meta.url,
  keys: {
    callback,
    inbox,
    intake,
    stats,
    expiries,
    numbersNow: (ref, { hour }) => numbersKey(ref, hour),
    numbersBefore: (ref, { hour }) => numbersKey(ref, hour - 1),
  },
  args: [
    'group',
    'entryId',
    'id',
    'now',
    'callbackNumber',
    'expiresAtMs',
    'defaultExpiry',
    'hour',
    'secret',
  ],
  decode: (reply) => {
    const [scheduled, nth] = asList(reply)
    return {
      scheduled: scheduled === 1,
      nth: nth === '' ? undefined : asOneOf(nth, sameNumberRanges),
    }
  },
})

export function confirm(store: DestinationStore, input: ConfirmInput): Promise<Confirmation> {
  const hour = Math.floor(epochMsOf(input.now) / hourMs)
  const { expiresAt, isDefault = false } = input
  const defaultExpiry = isDefault ? expiresAt : undefined
  const expiresAtMs = expiresAt === undefined ? undefined : epochMsOf(expiresAt)
  return confirmInHour(store, { ...input, expiresAtMs, defaultExpiry, hour, secret: secretOfHour })
}
