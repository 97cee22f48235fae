import type { Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { findCallbacks, type Wanted } from '../../operations/find/find-callbacks.ts'
import { presentFound } from '../present/find.ts'
import { answer, type Given } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { callbackNumber, callId, recordId } from '../terminal/clue.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'
import { positiveWholeNumber } from '../terminal/whole-number.ts'

interface FindOptions extends CommonOptions {
  number?: string
  callId?: string
  recordId?: string
  limit: number
}

const usualLimit = 100

export function addFindCommand(program: Command, context: CliContext): void {
  const command: Command = withCommonOptions(program.command('find'))
    .description('callbacks of a customer, a call or a ContactRequest, newest first')
    .option('--number <e164>', 'of this number, such as +18445791189', callbackNumber)
    .option('--call-id <id>', 'of this call; 15 and 18 characters are the same', callId)
    .option('--record-id <id>', 'booked as this ContactRequest', recordId)
    .option('--limit <n>', 'so many at most', positiveWholeNumber, usualLimit)
    .addHelpText(
      'after',
      `
Exactly one of the first three is required. Numbers are masked. What still lies
in the inbox is not found: a worker has to take it in first. Costs the same
however many callbacks wait. Exit status 1 if there are none.

Examples:
  ringback find --number +18445791189
  ringback find --call-id 0LQRM0000006CSz --json | jq -r '.callbacks[].id'`,
    )
  answer(command, context, {
    run: ({ options }: Given<FindOptions>) => {
      const { destination, limit } = options
      const wanted = wantedOf(options)
      if (wanted === undefined) {
        command.error('error: give exactly one of --number, --call-id and --record-id')
      }
      return findCallbacks(loadStoreConfig(context.env), { wanted, destination, limit })
    },
    present: presentFound,
    isDone: ({ callbacks }) => callbacks.length > 0,
  })
}

/** Undefined unless there is exactly one. */
function wantedOf(options: FindOptions): Wanted | undefined {
  const { number, callId: call, recordId: record } = options
  const given: Wanted[] = []
  if (number !== undefined) given.push({ kind: 'number', callbackNumber: number })
  if (call !== undefined) given.push({ kind: 'call', callId: call })
  if (record !== undefined) given.push({ kind: 'record', recordId: record })
  return given.length === 1 ? given[0] : undefined
}
