import type { DeadReason } from '../../../shared/contract/states.ts'
import { numberKeyOf, numberPrintOf } from '../../../shared/store/ledger/places.ts'
import { printOf, type RunFilter } from '../../../shared/store/runs/run-filter.ts'

/** Which callbacks somebody means. Times are epoch ms; what is left out does not matter. */
export interface FilterRequest {
  reason?: DeadReason | undefined
  code?: string | undefined
  text?: string | undefined
  state?: 'booked' | 'dead' | undefined
  sinceMs?: number | undefined
  untilMs?: number | undefined
  acceptedSinceMs?: number | undefined
  acceptedUntilMs?: number | undefined
  attributes?: readonly { name: string; value: string }[] | undefined
  /** E.164. */
  number?: string | undefined
  possibleDuplicates: boolean
  /** Of a replay: Salesforce is asked about each before it is sent. */
  verify?: boolean | undefined
}

/** As it is kept: what may be a customer's is not. `numberKey`: RINGBACK_NUMBER_KEY, where it is given. */
export function runFilterOf(request: FilterRequest, numberKey?: string): RunFilter {
  const { number, attributes, possibleDuplicates, verify } = request
  return {
    ...wordsOf(request),
    ...timesOf(request),
    possibleDuplicates,
    ...(verify === true && { verify }),
    ...(number !== undefined && numberFilterOf(number, numberKey)),
    ...(attributes !== undefined && {
      attributes: attributes.map(({ name, value }) => ({ name, value: printOf(value) })),
    }),
  }
}

/** Without a key that is kept elsewhere, an HMAC would be no better. */
function numberFilterOf(number: string, numberKey: string | undefined) {
  return numberKey === undefined
    ? { number: printOf(number) }
    : { numberPrint: numberPrintOf(numberKeyOf(numberKey), number) }
}

function wordsOf({ reason, code, text, state }: FilterRequest) {
  return {
    ...(reason !== undefined && { reason }),
    ...(code !== undefined && { code }),
    ...(text !== undefined && { text }),
    ...(state !== undefined && { state }),
  }
}

function timesOf({ sinceMs, untilMs, acceptedSinceMs, acceptedUntilMs }: FilterRequest) {
  return {
    ...(sinceMs !== undefined && { sinceMs }),
    ...(untilMs !== undefined && { untilMs }),
    ...(acceptedSinceMs !== undefined && { acceptedSinceMs }),
    ...(acceptedUntilMs !== undefined && { acceptedUntilMs }),
  }
}
