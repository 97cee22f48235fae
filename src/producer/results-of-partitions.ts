import { merged } from '../shared/lifecycle/merged.ts'
import {
  readResults,
  type ReadingContext,
  type ReceivedResult,
  type ResultsOptions,
} from './read-results.ts'
import type { Route } from './route.ts'

/** Those of each partition, by a group in each, over a connection for each. */
export async function* resultsOfPartitions(
  context: ReadingContext & { route: Route },
  options: ResultsOptions,
  closed: AbortSignal,
): AsyncGenerator<ReceivedResult> {
  if (closed.aborted || options.signal?.aborted === true) return
  const stores = await context.connection.use((redis) => context.route.all(redis))
  const ending = new AbortController()
  const until = AbortSignal.any([closed, ending.signal])
  const read = ({ ref }: { ref: ReadingContext['ref'] }) =>
    readResults({ ...context, ref }, options, until)
  yield* merged(stores.map(read), () => ending.abort())
}
