import { InvalidArgumentError, Option, type Command } from 'commander'

import { deadReasons, type DeadReason } from '../../../shared/contract/states.ts'
import { maskNumbersIn } from '../../../shared/phone/mask.ts'
import type { FilterRequest } from '../../operations/runs/run-request.ts'
import { attribute, type Attribute } from '../terminal/attribute.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { callbackNumber } from '../terminal/clue.ts'
import { pastTime, pointInTime, refuseEmptyRange, timeAgo } from '../terminal/point-in-time.ts'

/** Which callbacks are meant. All that is given has to be true of each. */
export interface FilterOptions {
  reason?: DeadReason
  code?: string
  text?: string
  since?: number
  until?: number
  olderThan?: number
  acceptedSince?: number
  acceptedUntil?: number
  attribute?: readonly Attribute[]
  number?: string
  possibleDuplicates?: true
}

export function withFilters(command: Command, { clock }: CliContext): Command {
  const time = (text: string) => pointInTime(text, clock.now())
  const past = (text: string) => pastTime(text, clock.now())
  return command
    .addOption(new Option('--reason <reason>', 'died for this reason').choices(deadReasons))
    .option('--code <code>', 'with this code', withoutNumber)
    .option('--text <text>', 'with this text in the message', withoutNumber)
    .option('--since <time>', 'ended since: ISO 8601 with offset, or how long ago (2h)', past)
    .option('--until <time>', 'ended before', time)
    .option('--older-than <duration>', 'ended longer ago than this', (text) =>
      timeAgo(text, clock.now()),
    )
    .option('--accepted-since <time>', 'accepted since', past)
    .option('--accepted-until <time>', 'accepted before', time)
    .option('--attribute <name=value>', 'with this attribute; may be repeated', attribute)
    .option('--number <e164>', 'of this customer', callbackNumber)
}

/** What of a filter does not hang on what is done with it. Refuses times between which nothing can be. */
export function filterRequest(options: FilterOptions): FilterRequest {
  refuseEmptyRanges(options)
  const { reason, code, text, since, attribute: attributes, number } = options
  const ends = [options.until, options.olderThan].filter((ms) => ms !== undefined)
  return {
    reason,
    code,
    text,
    attributes,
    number,
    sinceMs: since,
    untilMs: ends.length === 0 ? undefined : Math.min(...ends),
    acceptedSinceMs: options.acceptedSince,
    acceptedUntilMs: options.acceptedUntil,
    possibleDuplicates: options.possibleDuplicates ?? false,
  }
}

function refuseEmptyRanges({ since, until, olderThan, ...accepted }: FilterOptions): void {
  refuseEmptyRange({ since, until }, ['--since', '--until'])
  refuseEmptyRange({ since, until: olderThan }, ['--since', '--older-than'])
  const { acceptedSince, acceptedUntil } = accepted
  const names = ['--accepted-since', '--accepted-until'] as const
  refuseEmptyRange({ since: acceptedSince, until: acceptedUntil }, names)
}

export function hasFilter(options: FilterOptions): boolean {
  const { possibleDuplicates, ...request } = filterRequest(options)
  return possibleDuplicates || Object.values(request).some((value) => value !== undefined)
}

/** It is kept with the plan. */
function withoutNumber(text: string): string {
  if (text !== '' && text.length <= 200 && maskNumbersIn(text) === text) return text
  throw new InvalidArgumentError(
    'It must be 1 to 200 characters without a phone number; --number finds by number.',
  )
}
