import type { Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import type { Operator } from '../../operations/audit/note-action.ts'
import type { Erasure } from '../../operations/erase/erasure.ts'
import { presentReceipt } from '../present/receipt.ts'
import { converse } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { callbackNumber } from '../terminal/clue.ts'
import { withJsonOption, type JsonOption } from '../terminal/common-options.ts'
import { exitStatus } from '../terminal/exit-status.ts'
import type { Output } from '../terminal/output.ts'
import { withWho, type Who } from '../terminal/who-and-why.ts'
import { operatorHere } from './operator-here.ts'

interface EraseOptions extends JsonOption, Who {
  number: string
  destination?: string
  yes?: true
  dryRun?: true
}

export function addEraseCommand(program: Command, context: CliContext): void {
  const command = withJsonOption(
    withWho(program.command('erase'))
      .description('forget a customer: erase a number from everything that Ringback keeps')
      .requiredOption('--number <e164>', 'the number, E.164, such as +18445791189', callbackNumber)
      .option('--destination <name>', 'only this one (default: wherever this namespace has keys)')
      .option('--yes', 'erase at once, even if that withdraws a promise to call back')
      .option('--dry-run', 'only show what would be erased'),
  ).addHelpText(
    'after',
    `
Erases callbacks in every state, dead letters, inbox entries, jobs and results
that contain the number in any usual spelling, in attributes and ids too. A
callback that still waited ends as cancelled (code erased) in the results.

Without --yes it shows what it would erase, and asks; where nobody can be asked
(no terminal, or --json) it does nothing, and the exit status is 2. Prints a
receipt with the number masked. Exit status 1 if something could not be erased
(an attempt is under way): run it again.

Examples:
  ringback erase --number +18445791189 --dry-run
  ringback erase --number +18445791189 --yes --json | tee receipt.json`,
  )
  converse<EraseOptions>(command, context, (given, output) =>
    eraseIfAgreed(context, given.options, output),
  )
}

async function eraseIfAgreed(
  context: CliContext,
  { number, destination, dryRun, yes, ...who }: EraseOptions,
  output: Output,
): Promise<number> {
  // It needs BullMQ, which takes as long to load as all of `ringback enqueue`.
  const { prepareErasure, previewErasure } = await import('../../operations/erase/erasure.ts')
  const config = loadStoreConfig(context.env)
  const operator = operatorHere(who, context)
  const erasure = await prepareErasure(config, { number, destination })
  if (yes === true && dryRun !== true) return erase(erasure, true, { context, operator, output })
  const outcome = dryRun === true ? 'dry-run' : 'unconfirmed'
  const { receipt, withdraws } = await previewErasure(erasure, outcome, context.clock)
  output.print(receipt, presentReceipt)
  if (receipt.outcome !== 'unconfirmed') return exitStatus.done
  if ((await output.ask('Erase all this?')) !== true) return exitStatus.usage
  // What was not shown, because it came since, is not withdrawn.
  return erase(erasure, withdraws, { context, operator, output })
}

async function erase(
  erasure: Erasure,
  withdraw: boolean,
  { context, operator, output }: { context: CliContext; operator: Operator; output: Output },
): Promise<number> {
  const { clock, stopped } = context
  const { carryOut } = await import('../../operations/erase/erasure.ts')
  const { receipt, failure } = await carryOut(erasure, { withdraw, clock, stopped, operator })
  output.print(receipt, presentReceipt)
  if (failure !== undefined) throw failure
  return receipt.outcome === 'incomplete' ? exitStatus.problem : exitStatus.done
}
