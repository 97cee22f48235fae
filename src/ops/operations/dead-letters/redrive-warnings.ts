import type { CallbackStatus, DeadCallback } from '../../../shared/store/ledger/callback-record.ts'
import { epochMsOf } from '../../../shared/time/timestamp.ts'
import { quoted } from '../../text/quoted.ts'
import type { Target } from '../destination/target.ts'

/** What whoever redrives a dead letter has to know before. */
export function redriveWarnings(
  record: CallbackStatus | undefined,
  { config, ref }: Target,
  nowMs: number,
): string[] {
  // Nothing is sent, and the answer says why.
  if (record?.state !== 'dead' || !canBeSent(record)) return []
  const { possibleDuplicate, reason, expiresAt, intent } = record
  const warnings = [
    (possibleDuplicate || reason === 'uncertain') &&
      'an earlier attempt may have booked it: the customer may be called twice',
    expiresAt && epochMsOf(expiresAt) <= nowMs && `it will die again: it expired at ${expiresAt}`,
    intent === undefined &&
      'it was not an intent: its content is validated again, and may become a dead letter again',
    !config.destinations.includes(ref.destination) &&
      `no destination ${quoted(ref.destination)} is configured: unless a worker serves it, it is buried again`,
  ]
  return warnings.filter((warning) => typeof warning === 'string')
}

/** Of letters that keep all of an entry, of which nobody can tell what was meant. */
const wholeEntryCodes = ['no-intent-field', 'repeated-intent-field', 'repeated-wish-field']

function canBeSent({ code, rawEncoding, rawLength, redrivenAs }: DeadCallback): boolean {
  const isSendable = !wholeEntryCodes.includes(code)
  const isWhole = rawEncoding === undefined && rawLength === undefined
  return isSendable && isWhole && redrivenAs === undefined
}
