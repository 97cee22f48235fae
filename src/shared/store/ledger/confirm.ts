import { sameNumberRanges, type SameNumberRange } from '../../contract/same-number-ranges.ts'
import {
  callback,
  expiries,
  flow,
  inbox,
  intake,
  schedule,
  stats,
} from '../../redis/destination-keys.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { asList, asOneOf, asOptionalText } from '../../redis/reply.ts'
import { definePagedScript, ofOne } from '../../redis/script.ts'
import { epochMsOf } from '../../time/timestamp.ts'

export interface Confirming {
  group: string
  now: string
}

export interface ConfirmInput {
  id: string
  entryId: string
  /** The how many-th callback for its number it is, as the opening said; undefined where nothing was promised by this entry. */
  nthOfNumber?: number | undefined
  /** After this it is not sent any more. */
  expiresAt?: string | undefined
  /** The ledger is to be told of it: the intent has none. */
  isDefault?: boolean
  /** It has no job: the schedule is to have it until then, epoch ms. */
  putOffUntilMs?: number | undefined
}

export interface Confirmation {
  /** The callback became `scheduled` by this. */
  scheduled: boolean
  /** Undefined: it is the first one, or was counted before. */
  nth: SameNumberRange | undefined
  /** It became `scheduled`, and somebody has moved it to this time, before or after it was opened. */
  movedTo: string | undefined
}

interface ConfirmByTime extends ConfirmInput {
  expiresAtMs: number | undefined
  defaultExpiry: string | undefined
}

const confirmByTime = definePagedScript<Confirming, ConfirmByTime, Confirmation>({
  name: 'confirm',
  beside: import.meta.url,
  keys: { inbox, intake, stats, expiries, flow, schedule },
  args: ['group', 'now'],
  each: {
    keys: { callback },
    args: ['id', 'entryId', 'nthOfNumber', 'expiresAtMs', 'defaultExpiry', 'putOffUntilMs'],
  },
  decode: (reply) => {
    const [scheduled, nth, dueAt] = asList(reply)
    return {
      scheduled: scheduled === 1,
      nth: nth === '' ? undefined : asOneOf(nth, sameNumberRanges),
      movedTo: asOptionalText(dueAt),
    }
  },
})

/** Several entries in one go. */
export function confirmAll(
  store: DestinationStore,
  confirming: Confirming,
  page: readonly ConfirmInput[],
): Promise<Confirmation[]> {
  return confirmByTime(store, confirming, page.map(byTime))
}

function byTime(input: ConfirmInput): ConfirmByTime {
  const { expiresAt, isDefault = false } = input
  const defaultExpiry = isDefault ? expiresAt : undefined
  const expiresAtMs = expiresAt === undefined ? undefined : epochMsOf(expiresAt)
  return { expiresAtMs, defaultExpiry, ...input }
}

export function confirm(
  store: DestinationStore,
  { group, now, ...input }: Confirming & ConfirmInput,
): Promise<Confirmation> {
  return ofOne(confirmAll(store, { group, now }, [input]))
}
