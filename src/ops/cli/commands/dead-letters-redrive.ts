import type { Command } from 'commander'

import { redriveDeadLetter } from '../../../shared/store/dead-letters/dead-letters.ts'
import {
  readCallback,
  type CallbackRecord,
  type DeadCallback,
} from '../../../shared/store/ledger/callback-record.ts'
import type { Redis } from '../../../shared/redis/connection.ts'
import { epochMsOf } from '../../../shared/time/timestamp.ts'
import { action } from '../action.ts'
import { exitStatus, type CliContext } from '../cli-context.ts'
import { canAsk, confirmed } from '../confirm.ts'
import { presentRedrives, presentWarnings } from '../present/dead-letters.ts'
import { printJson } from '../present/json.ts'
import { quoted } from '../present/quoted.ts'
import { createScreen } from '../present/screen.ts'
import { shownId } from '../present/shown-id.ts'
import { withAnyDestination } from './any-destination.ts'
import type { Redrive, Warning } from './dead-letter-answers.ts'
import { withCommonOptions, type CommonOptions, type Store } from './store.ts'

interface RedriveOptions extends CommonOptions {
  yes?: true
}

export function addRedriveCommand(group: Command, context: CliContext): void {
  const command = withCommonOptions(group.command('redrive'))
    .description('send dead letters again, each with a new attempt budget')
    .argument('<id...>', 'as `list` prints them')
    .option('--yes', 'do not ask, whatever there is to warn of')
    .addHelpText(
      'after',
      `
Warnings come first: of a possible duplicate an earlier attempt may have been booked, and then the customer is rung twice.
On a terminal they are asked about. Exit status 1 if any of them could not be redriven; the others are. Exit status 2 if
the answer was no.

Example:
  ringback dead-letters redrive order-4711 order-4712`,
    )
  action(command, async (ids) => {
    const options = command.opts<RedriveOptions>()
    const redrives: Redrive[] = []
    try {
      const agreed = await withAnyDestination(context, options, async (redis, store) => {
        const means = { redis, store, context }
        const wishes = await wishesOf([...new Set(ids)], means)
        if (!(await mayGoOn(wishes, options, context))) return false
        // One after the other: of an interrupted run it is clear which were sent.
        for (const wish of wishes) redrives.push(await redriveOne(wish, means))
        return true
      })
      if (!agreed) return exitStatus.usage
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

interface Wish {
  id: string
  warnings: string[]
}

function wishesOf(ids: readonly string[], { redis, store, context }: Means): Promise<Wish[]> {
  return Promise.all(
    ids.map(async (id) => {
      const record = await readCallback(redis, store.place, id)
      return { id, warnings: warningsOf(record, store, context.clock.now()) }
    }),
  )
}

function warningsOf(
  record: CallbackRecord | undefined,
  { config, place }: Store,
  nowMs: number,
): string[] {
  // Nothing is sent, and the answer says why.
  if (record?.state !== 'dead' || !canBeSent(record)) return []
  const { possibleDuplicate, reason, expiresAt, intent } = record
  const warnings = [
    (possibleDuplicate || reason === 'uncertain') &&
      'an earlier attempt may have booked it: the customer may be rung twice',
    expiresAt && epochMsOf(expiresAt) <= nowMs && `it will die again: it expired at ${expiresAt}`,
    intent === undefined && 'it was no intent: its content is judged anew, and may be buried anew',
    !config.destinations.includes(place.destination) &&
      `no destination ${quoted(place.destination)} is configured: unless a worker serves it, it is buried again`,
  ]
  return warnings.filter((warning) => typeof warning === 'string')
}

function canBeSent({ code, rawEncoding, rawLength, redrivenAs }: DeadCallback): boolean {
  const isSendable = code !== 'no-intent-field' && code !== 'repeated-intent-field'
  const isWhole = rawEncoding === undefined && rawLength === undefined
  return isSendable && isWhole && redrivenAs === undefined
}

/** Programs are not asked: they find the warnings beside what was done. */
async function mayGoOn(
  wishes: readonly Wish[],
  { yes, json }: RedriveOptions,
  context: CliContext,
): Promise<boolean> {
  const warnings = wishes.flatMap(({ id, warnings: all }): Warning[] =>
    all.map((warning) => ({ id: shownId(id), warning })),
  )
  if (json || warnings.length === 0) return true
  presentWarnings(warnings, createScreen(context.stdout, context))
  return yes === true || !canAsk(context) || (await confirmed(context, 'Redrive all the same?'))
}

async function redriveOne(
  { id, warnings }: Wish,
  { redis, store: { config, place }, context }: Means,
): Promise<Redrive> {
  const retentionMs = config.retentionMs[place.destination] ?? config.defaultRetentionMs
  const decision = { id, nowMs: context.clock.now(), retentionMs }
  const outcome = await redriveDeadLetter(redis, place, decision)
  return { id: shownId(id), outcome, warnings: outcome === 'redriven' ? warnings : [] }
}
