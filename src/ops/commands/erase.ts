import { InvalidArgumentError, type Command } from 'commander'

import { isCallbackNumber } from '../../shared/contract/phone-problem.ts'
import { spellingsOf } from '../../shared/contract/number-spellings.ts'
import { loadStoreConfig } from '../../shared/config/load.ts'
import type { StoreConfig } from '../../shared/config/config.ts'
import { findDestinations } from '../../shared/destinations/registry.ts'
import type { Redis } from '../../shared/redis/connection.ts'
import { anyKeyPattern } from '../../shared/redis/keys.ts'
import { scanDestinations } from '../../shared/redis/scan-destinations.ts'
import { isoTimestamp } from '../../shared/time/timestamp.ts'
import { action } from '../action.ts'
import { exitStatus, type CliContext } from '../cli-context.ts'
import { eraseNumber } from '../erase/erase-number.ts'
import { receiptOf, type Receipt } from '../erase/receipt.ts'
import type { Trace } from '../erase/trace.ts'
import { printJson } from '../present/json.ts'
import { presentReceipt } from '../present/receipt.ts'
import { createScreen } from '../present/screen.ts'
import { unknownDestination, withRedis } from './store.ts'

interface EraseOptions {
  number: string
  destination?: string
  yes?: true
  json?: true
}

export function addEraseCommand(program: Command, context: CliContext): void {
  const command = program
    .command('erase')
    .description('forget a customer: erase a number from everything that Ringback keeps')
    .requiredOption('--number <e164>', 'the number, E.164, such as +18445791189', callbackNumber)
    .option('--destination <name>', 'only there (default: wherever this namespace has keys)')
    .option('--yes', 'also where that withdraws the promise to call back')
    .option('--json', 'print JSON for programs')
    .addHelpText(
      'after',
      `
Erased are callbacks in every state, dead letters, inbox entries, jobs and results, where the number stands in any usual
spelling, in attributes and ids too. A callback that still waited ends as cancelled (code erased) in the results.

Prints a receipt, the number masked. Exit status 1 if something could not be erased (an attempt is under way): say it
again. Exit status 2 and nothing done where callbacks still wait and --yes is missing.

Examples:
  ringback erase --number +18445791189
  ringback erase --number +18445791189 --yes --json | tee receipt.json`,
    )
  action(command, async () => {
    const options = command.opts<EraseOptions>()
    const receipt = await eraseAndPrint(context, options)
    if (receipt.outcome === 'unconfirmed') return exitStatus.usage
    return receipt.outcome === 'incomplete' ? exitStatus.problem : exitStatus.done
  })
}

function eraseAndPrint(context: CliContext, options: EraseOptions): Promise<Receipt> {
  const config = loadStoreConfig(context.env)
  const { namespace } = config
  const { number, yes = false } = options
  return withRedis(config, async (redis) => {
    const destinations = await destinationsOf(redis, config, options)
    const spellings = spellingsOf(number)
    const places = destinations.map((destination) => ({ namespace, destination }))
    const wish = { spellings, places, withdraw: yes }
    const erased: Trace[] = []
    const frame = { number, spellings, namespace, destinations, withdraw: yes, erased }
    let remaining: Trace[] | undefined
    let receipt: Receipt
    try {
      remaining = await eraseNumber(wish, { redis, context }, erased)
    } finally {
      // Of an interrupted run too: what is gone is gone.
      receipt = receiptOf({ ...frame, remaining, at: isoTimestamp(context.clock.now()) })
      if (options.json) printJson(context.stdout, receipt)
      else presentReceipt(receipt, createScreen(context.stdout, context))
    }
    return receipt
  })
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
  if (isCallbackNumber(text)) return text
  throw new InvalidArgumentError('It must be E.164: a + followed by 7 to 15 digits.')
}
