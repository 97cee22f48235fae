import type { StoreConfig } from '../../../shared/config/config.ts'
import { merged } from '../../../shared/lifecycle/merged.ts'
import { type DestinationStore } from '../../../shared/redis/destination-store.ts'
import {
  newestResultId,
  newestResults,
  positionBefore,
  readResults,
  type Result,
} from '../../../shared/store/results/results.ts'
import { maskedAttributes } from '../../text/masked-attributes.ts'
import { withPartitions } from '../destination/any-destination.ts'
import { inOrder, olderFirst } from '../destination/in-order.ts'
import { streamFromStore, withStore, type Target } from '../destination/target.ts'
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

/** One of those whose results are read: the destination, or each of its partitions. */
interface Source {
  target: Target
  /** Up to where they have been read. */
  position: string
}

/** Oldest first, of all partitions; those that are followed, as they come. */
export async function* resultsOf(
  config: StoreConfig,
  { destination, follow = false, ...past }: ResultsRequest,
  deps: FollowDeps,
): AsyncGenerator<Result> {
  const targets = await withPartitions(config, destination, (stores) =>
    Promise.resolve(stores.map(({ ref }) => ({ config, ref }))),
  )
  const sources = await Promise.all(
    targets.map(async (target) => ({ target, position: await withStore(target, newestResultId) })),
  )
  for await (const result of pastOf(sources, past)) {
    if (deps.stopped.aborted) break
    yield shown(result)
  }
  if (follow) for await (const result of followAll(sources, deps)) yield shown(result)
}

type Past = Pick<ResultsRequest, 'since' | 'limit'>

async function* pastOf(sources: readonly Source[], past: Past): AsyncGenerator<Result> {
  const limit = past.limit ?? (past.since === undefined ? defaultLimit : undefined)
  const each = sources.map((source) => pastOfOne(source, past))
  if (limit === undefined || sources.length === 1) {
    yield* inOrder(each, olderFirst)
    return
  }
  const newest: Result[] = []
  for await (const result of inOrder(each, olderFirst)) newest.push(result)
  yield* limit === 0 ? [] : newest.slice(-limit)
}

async function* pastOfOne(source: Source, past: Past): AsyncGenerator<Result> {
  for await (const result of streamFromStore(source.target, (store) => pastResults(store, past))) {
    source.position = result.entryId
    yield result
  }
}

async function* followAll(
  sources: readonly Source[],
  { stopped, onAway }: FollowDeps,
): AsyncGenerator<Result> {
  const ending = new AbortController()
  const deps = { stopped: AbortSignal.any([stopped, ending.signal]), onAway }
  const following = sources.map(({ target, position }) => followResults(target, position, deps))
  yield* merged(following, () => ending.abort())
}

function shown(result: Result): Result {
  const { attributes } = result
  return attributes === undefined ? result : { ...result, attributes: maskedAttributes(attributes) }
}

async function* pastResults(
  store: DestinationStore,
  { since, limit }: Past,
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
