import { InvalidArgumentError, type Command } from 'commander'

import { readInstant } from '../../../shared/contract/intent-times.ts'
import type { Redis } from '../../../shared/redis/connection.ts'
import {
  newestResultId,
  newestResults,
  positionBefore,
  readResults,
  type Result,
} from '../../../shared/store/results/results.ts'
import { parseDurationMs } from '../../../shared/time/duration.ts'
import { action } from '../action.ts'
import { exitStatus, type CliContext } from '../cli-context.ts'
import { toJson } from '../present/json.ts'
import { presentResult } from '../present/result.ts'
import { createScreen } from '../present/screen.ts'
import { withAnyDestination } from './any-destination.ts'
import { followResults } from './follow-results.ts'
import { withCommonOptions, withRedis, type CommonOptions, type Store } from './store.ts'
import { wholeNumber } from './whole-number.ts'

interface ResultsOptions extends CommonOptions {
  follow?: true
  /** Epoch ms. */
  since?: number
  limit?: number
}

const usualLimit = 20
const pageSize = 500

export function addResultsCommand(program: Command, context: CliContext): void {
  const command = withCommonOptions(program.command('results'))
    .description('what became of callbacks: one line for every end')
    .option('--follow', 'go on with every new one until Ctrl-C')
    .option('--since <time>', 'from then on: ISO 8601 with offset, or how long ago (1h)', (text) =>
      sinceMs(text, context.clock.now()),
    )
    .option(
      '--limit <n>',
      `only the newest n (default: ${usualLimit}; with --since: all)`,
      (text) => wholeNumber(text),
    )
    .addHelpText(
      'after',
      `
Oldest first. With --json one JSON object a line.

Examples:
  ringback results
  ringback results --since 1h --json | jq -r 'select(.state == "dead") | .id'
  ringback results --follow --limit 0`,
    )
  action(command, async () => {
    const options = command.opts<ResultsOptions>()
    const screen = createScreen(context.stdout, context)
    const print = (result: Result) =>
      options.json ? screen.line(toJson(result)) : presentResult(result, screen)
    const store = await withAnyDestination(context, options, (_, found) => Promise.resolve(found))
    await streamResults(context, store, { ...options, print })
    return exitStatus.done
  })
}

interface Stream extends ResultsOptions {
  print: (result: Result) => void
}

async function streamResults(
  context: CliContext,
  store: Store,
  { follow, since, limit, print }: Stream,
): Promise<void> {
  const position = await withRedis(store.config, async (redis) => {
    const newest = await newestResultId(redis, store.place)
    let last: string | undefined
    for await (const result of pastResults({ redis, store, since, limit })) {
      if (context.stopped.aborted) break
      print(result)
      last = result.entryId
    }
    return last ?? newest
  })
  if (!follow) return
  for await (const result of followResults(context, store, position)) print(result)
}

interface Past {
  redis: Redis
  store: Store
  since: number | undefined
  limit: number | undefined
}

async function* pastResults({ redis, store, since, limit }: Past): AsyncGenerator<Result> {
  const { place } = store
  if (since === undefined || limit !== undefined) {
    yield* await newestResults(redis, place, { sinceMs: since ?? 0, count: limit ?? usualLimit })
    return
  }
  let afterEntryId = positionBefore(since)
  for (;;) {
    const page = await readResults(redis, place, { afterEntryId, count: pageSize })
    yield* page
    const last = page.at(-1)
    if (last === undefined) return
    afterEntryId = last.entryId
  }
}

function sinceMs(text: string, nowMs: number): number {
  const ago = parseDurationMs(text)
  if (ago !== undefined) return nowMs - ago
  const instant = readInstant(text)
  if (instant.kind === 'ok') return instant.epochMs
  throw new InvalidArgumentError(
    `It ${instant.message}. A duration such as 30m or 1h is taken too.`,
  )
}
