import type { Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { discardDeadLetters } from '../../operations/dead-letters/discard-dead-letters.ts'
import { presentDiscards } from '../present/dead-letters.ts'
import { converse } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'
import { exitStatus } from '../terminal/exit-status.ts'

export function addDiscardCommand(group: Command, context: CliContext): void {
  const command = withCommonOptions(group.command('discard'))
    .description('discard dead letters: nothing more is done about them')
    .argument('<id...>', 'as `list` prints them')
    .addHelpText(
      'after',
      `
They leave the list at once and are deleted after the retention
(RINGBACK_RETENTION). Exit status 1 if any of them could not be discarded; the
others are.

Example:
  ringback dead-letters discard order-4713`,
    )
  converse<CommonOptions>(command, context, async ({ args: ids, options }, output) => {
    const request = { ids, destination: options.destination }
    const discarding = discardDeadLetters(loadStoreConfig(context.env), request, context.clock)
    const discards = await output.printAll(discarding, presentDiscards)
    return discards.every(({ outcome }) => outcome === 'discarded')
      ? exitStatus.done
      : exitStatus.problem
  })
}
