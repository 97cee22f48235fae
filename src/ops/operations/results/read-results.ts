import type { StoreConfig } from '../../../shared/config/config.ts'
import { type DestinationStore } from '../../../shared/redis/destination-store.ts'
import {
  newestResultId,
  newestResults,
  positionBefore,
  readResults,
  type Result,
} from '../../../shared/store/results/results.ts'
import { maskedAttributes } from '../../text/masked-attributes.ts'
import { withAnyDestination } from '../destination/any-destination.ts'
import { streamFromStore, withStore } from '../destination/target.ts'
import { followResults, type FollowDeps } from './follow-results.ts'

export const defaultLimit = 20
const pageSize = 500

export interface ResultsRequest {
  destination?: string | undefined
  /** Epoch ms: all that are not older. */
  since?: number | undefined
  /** Only the newest so many. Without it {@link defaultLimit}, and with `since` all. */
  limit?: number | undefined
  /** Whether to go on with every new one until we are stopped. */
  follow?: boolean | undefined
}

/** Oldest first. */
export async function* resultsOf(
  config: StoreConfig,
  { destination, follow = false, ...past }: ResultsRequest,
  deps: FollowDeps,
): AsyncGenerator<Result> {
  const target = await withAnyDestination(config, destination, (_, found) => Promise.resolve(found))
  let position = await withStore(target, (store) => newestResultId(store))
  for await (const result of streamFromStore(target, (store) => pastResults(store, past))) {
    if (deps.stopped.aborted) break
    yield shown(result)
    position = result.entryId
  }
  if (!follow) return
  for await (const result of followResults(target, position, deps)) yield shown(result)
}

function shown(result: Result): Result {
  const { attributes } = result
  return attributes === undefined ? result : { ...result, attributes: maskedAttributes(attributes) }
}

async function* pastResults(
  store: DestinationStore,
  { since, limit }: Pick<ResultsRequest, 'since' | 'limit'>,
): AsyncGenerator<Result> {
  if (since === undefined || limit !== undefined) {
    yield* await newestResults(store, { sinceMs: since ?? 0, count: limit ?? defaultLimit })
    return
  }
  let afterEntryId = positionBefore(since)
  for (;;) {
    const page = await readResults(store, { afterEntryId, count: pageSize })
    yield* page
    const last = page.at(-1)
    if (last === undefined) return
    afterEntryId = last.entryId
  }
}
