import type { Command } from 'commander'

import { redriveDeadLetter } from '../../shared/dead-letters/dead-letters.ts'
import { readCallback } from '../../shared/ledger/callback-record.ts'
import type { Redis } from '../../shared/redis/connection.ts'
import { epochMsOf } from '../../shared/time/timestamp.ts'
import { action } from '../action.ts'
import { exitStatus, type CliContext } from '../cli-context.ts'
import { presentRedrives } from '../present/dead-letters.ts'
import { printJson } from '../present/json.ts'
import { createScreen } from '../present/screen.ts'
import { shownId } from '../present/shown-id.ts'
import { withDeadLetters } from './dead-letter-store.ts'
import type { Redrive } from './dead-letter-answers.ts'
import { withCommonOptions, type CommonOptions, type Store } from './store.ts'

export function addRedriveCommand(group: Command, context: CliContext): void {
  const command = withCommonOptions(group.command('redrive'))
    .description('send dead letters again, each with a new attempt budget')
    .argument('<id...>', 'as `list` prints them')
    .addHelpText(
      'after',
      `
Exit status 1 if any of them could not be redriven; the others are. A possible duplicate is redriven with a warning:
an earlier attempt may have booked it, and then the customer is rung twice.

Example:
  ringback dead-letters redrive order-4711 order-4712`,
    )
  action(command, async (ids) => {
    const options = command.opts<CommonOptions>()
    const redrives: Redrive[] = []
    try {
      await withDeadLetters(context, options, async (redis, store) => {
        // One after the other: of an interrupted run it is clear which were sent.
        for (const id of new Set(ids))
          redrives.push(await redriveOne(id, { redis, store, context }))
      })
    } finally {
      if (options.json) printJson(context.stdout, redrives)
      else presentRedrives(redrives, createScreen(context.stdout, context))
    }
    return redrives.every(({ outcome }) => outcome === 'redriven')
      ? exitStatus.done
      : exitStatus.problem
  })
}

interface Means {
  redis: Redis
  store: Store
  context: CliContext
}

async function redriveOne(id: string, { redis, store, context }: Means): Promise<Redrive> {
  const { config, place } = store
  const nowMs = context.clock.now()
  const record = await readCallback(redis, place, id)
  const outcome = await redriveDeadLetter(redis, place, { id, nowMs })
  if (outcome !== 'redriven') return { id: shownId(id), outcome, warnings: [] }
  const { possibleDuplicate, expiresAt, raw } = record ?? {}
  const warnings = [
    possibleDuplicate && 'an earlier attempt may have booked it: the customer may be rung twice',
    expiresAt && epochMsOf(expiresAt) <= nowMs && `it will die again: it expired at ${expiresAt}`,
    raw !== undefined && 'it was no intent: its content is judged anew, and may be buried anew',
    !config.destinations.includes(place.destination) &&
      `no destination ${place.destination} is configured: unless a worker serves it, it is buried again`,
  ]
  return { id, outcome, warnings: warnings.filter((warning) => typeof warning === 'string') }
}
