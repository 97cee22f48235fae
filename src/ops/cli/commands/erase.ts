import { InvalidArgumentError, type Command } from 'commander'

import { phoneProblem } from '../../../shared/phone/phone-problem.ts'
import { spellingsOf, type NumberSpellings } from '../../../shared/phone/number-spellings.ts'
import { loadStoreConfig } from '../../../shared/config/load.ts'
import type { StoreConfig } from '../../../shared/config/config.ts'
import { findDestinations } from '../../../shared/store/destinations/registry.ts'
import type { Redis } from '../../../shared/redis/connection.ts'
import { anyKeyPattern } from '../../../shared/redis/keys.ts'
import { scanDestinations } from '../../../shared/store/keys/scan-destinations.ts'
import { isoTimestamp } from '../../../shared/time/timestamp.ts'
import { action } from '../action.ts'
import { exitStatus, type CliContext } from '../cli-context.ts'
import { canAsk, confirmed } from '../confirm.ts'
import { eraseNumber, findNumber, type Wish } from '../../operations/erase/erase-number.ts'
import { previewOf, receiptOf, type Receipt } from '../../operations/erase/receipt.ts'
import { isWaiting, type Trace, type Unsearched } from '../../operations/erase/trace.ts'
import { printJson } from '../present/json.ts'
import { presentReceipt } from '../present/receipt.ts'
import { createScreen } from '../present/screen.ts'
import { unknownDestination, withRedis } from './store.ts'

interface EraseOptions {
  number: string
  destination?: string
  yes?: true
  dryRun?: true
  json?: true
}

export function addEraseCommand(program: Command, context: CliContext): void {
  const command = program
    .command('erase')
    .description('forget a customer: erase a number from everything that Ringback keeps')
    .requiredOption('--number <e164>', 'the number, E.164, such as +18445791189', callbackNumber)
    .option('--destination <name>', 'only there (default: wherever this namespace has keys)')
    .option('--yes', 'erase at once, also where that withdraws the promise to call back')
    .option('--dry-run', 'only show what would be erased')
    .option('--json', 'print JSON for programs')
    .addHelpText(
      'after',
      `
Erased are callbacks in every state, dead letters, inbox entries, jobs and results, where the number stands in any usual
spelling, in attributes and ids too. A callback that still waited ends as cancelled (code erased) in the results.

Without --yes it shows what it would erase, and asks; where nobody can be asked (no terminal, or --json) it does nothing,
and the exit status is 2. Prints a receipt, the number masked. Exit status 1 if something could not be erased (an attempt
is under way): say it again.

Examples:
  ringback erase --number +18445791189 --dry-run
  ringback erase --number +18445791189 --yes --json | tee receipt.json`,
    )
  action(command, async () => {
    const receipt = await eraseAndPrint(context, command.opts<EraseOptions>())
    if (receipt.outcome === 'unconfirmed') return exitStatus.usage
    return receipt.outcome === 'incomplete' ? exitStatus.problem : exitStatus.done
  })
}

interface Erasing {
  context: CliContext
  options: EraseOptions
  redis: Redis
  namespace: string
  destinations: readonly string[]
  spellings: NumberSpellings
  /** What was too large for the last search. */
  unsearched: Unsearched[]
}

function eraseAndPrint(context: CliContext, options: EraseOptions): Promise<Receipt> {
  const config = loadStoreConfig(context.env)
  const { namespace } = config
  const spellings = spellingsOf(options.number)
  return withRedis(config, async (redis) => {
    const destinations = await destinationsOf(redis, config, options)
    const found = { destinations, spellings, unsearched: [] }
    const erasing: Erasing = { context, options, redis, namespace, ...found }
    if (options.yes && !options.dryRun) return erase(erasing, true)
    return preview(erasing)
  })
}

/** Shows what there is; erases it if somebody says yes to it. */
async function preview(erasing: Erasing): Promise<Receipt> {
  const { context, options, redis } = erasing
  const { unsearched } = erasing
  const found = await findNumber(wishOf(erasing, false), { redis, context, unsearched })
  const outcome = options.dryRun ? 'dry-run' : 'unconfirmed'
  const receipt = previewOf(found, { ...aboutOf(erasing, true), outcome })
  print(receipt, erasing)
  if (receipt.outcome !== 'unconfirmed' || options.json || !canAsk(context)) return receipt
  if (!(await confirmed(context, 'Erase all this?'))) return receipt
  // What was not shown, because it came since, is not withdrawn.
  return erase(erasing, found.some(isWaiting))
}

async function erase(erasing: Erasing, withdraw: boolean): Promise<Receipt> {
  const { context, redis, unsearched } = erasing
  const erased: Trace[] = []
  let remaining: Trace[] | undefined
  let receipt: Receipt
  try {
    remaining = await eraseNumber(wishOf(erasing, withdraw), { redis, context, unsearched }, erased)
  } finally {
    // Of an interrupted run too: what is gone is gone.
    receipt = receiptOf({ ...aboutOf(erasing, withdraw), erased, remaining })
    print(receipt, erasing)
  }
  return receipt
}

function wishOf({ spellings, namespace, destinations }: Erasing, withdraw: boolean): Wish {
  const places = destinations.map((destination) => ({ namespace, destination }))
  return { spellings, places, withdraw }
}

function aboutOf(erasing: Erasing, withdraw: boolean) {
  const { options, spellings, namespace, destinations, context, unsearched } = erasing
  const at = isoTimestamp(context.clock.now())
  return { number: options.number, spellings, namespace, destinations, withdraw, at, unsearched }
}

function print(receipt: Receipt, { context, options }: Erasing): void {
  if (options.json) printJson(context.stdout, receipt)
  else presentReceipt(receipt, createScreen(context.stdout, context))
}

/**
 * Those that are not configured too: what was sent to a name that nobody serves lies under that very name. Where none is
 * named, all keys are walked: an erasure does so in any case, and must miss nothing that nobody has met yet.
 */
async function destinationsOf(
  redis: Redis,
  { namespace, destinations }: StoreConfig,
  { destination }: EraseOptions,
): Promise<string[]> {
  if (destination === undefined) {
    const found = await scanDestinations(redis, anyKeyPattern(namespace))
    return [...new Set([...destinations, ...found])].toSorted()
  }
  if (destinations.includes(destination)) return [destination]
  const known = await findDestinations(redis, namespace)
  if (!known.includes(destination)) throw unknownDestination(destination, destinations)
  return [destination]
}

function callbackNumber(text: string): string {
  const problem = phoneProblem(text)
  if (problem === undefined) return text
  throw new InvalidArgumentError(`It ${problem}.`)
}
