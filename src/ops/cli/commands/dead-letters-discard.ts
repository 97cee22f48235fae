import type { Command } from 'commander'

import { discardDeadLetter } from '../../../shared/store/dead-letters/dead-letters.ts'
import { action } from '../action.ts'
import { exitStatus, type CliContext } from '../cli-context.ts'
import { presentDiscards } from '../present/dead-letters.ts'
import { printJson } from '../present/json.ts'
import { createScreen } from '../present/screen.ts'
import { shownId } from '../present/shown-id.ts'
import { withAnyDestination } from './any-destination.ts'
import type { Discard } from './dead-letter-answers.ts'
import { withCommonOptions, type CommonOptions } from './store.ts'

export function addDiscardCommand(group: Command, context: CliContext): void {
  const command = withCommonOptions(group.command('discard'))
    .description('decide that nothing more is done about dead letters')
    .argument('<id...>', 'as `list` prints them')
    .addHelpText(
      'after',
      `
They leave the list at once, and are forgotten after the retention (RINGBACK_RETENTION). Exit status 1 if any of them
could not be discarded; the others are.

Example:
  ringback dead-letters discard order-4713`,
    )
  action(command, async (ids) => {
    const options = command.opts<CommonOptions>()
    const discards: Discard[] = []
    try {
      await withAnyDestination(context, options, async (redis, { config, place }) => {
        const retentionMs = config.retentionMs[place.destination] ?? config.defaultRetentionMs
        for (const id of new Set(ids)) {
          const decision = { id, nowMs: context.clock.now(), retentionMs }
          const outcome = await discardDeadLetter(redis, place, decision)
          discards.push({ id: shownId(id), outcome })
        }
      })
    } finally {
      if (options.json) printJson(context.stdout, discards)
      else presentDiscards(discards, createScreen(context.stdout, context))
    }
    return discards.every(({ outcome }) => outcome === 'discarded')
      ? exitStatus.done
      : exitStatus.problem
  })
}
