import { isEnd } from '../../src/shared/contract/states.ts'
import { readCallback, type CallbackStatus } from '../../src/shared/store/ledger/callback-record.ts'
import { openStore } from '../../src/shared/redis/destination-store.ts'
import { callbackKey } from '../../src/shared/redis/keys.ts'
import { readResults, type Result } from '../../src/shared/store/results/results.ts'
import { destinations } from './destinations.ts'
import { hostileMark, isHostileRaw } from './hostile.ts'
import type { Patience } from './redis-patience.ts'
import type { State } from '../../src/shared/contract/states.ts'
import { namespace } from './worker-settings.ts'

const atOnce = 500

/** Id → destination. */
export type Ids = ReadonlyMap<string, string>

/** Those that have not come to an end, or are not there at all. */
export async function stillOpen(ids: Ids, patience: Patience): Promise<Map<string, string>> {
  const states = await inChunks([...ids], async ([id, destination]) => {
    const key = callbackKey({ namespace, destination }, id)
    return [id, destination, await patience((redis) => redis.hget(key, 'state'))] as const
  })
  const open = states.filter(([, , state]) => state === null || !isEnd(state as State))
  return new Map(open.map(([id, destination]) => [id, destination]))
}

export async function readLedger(
  ids: Ids,
  patience: Patience,
): Promise<Map<string, CallbackStatus>> {
  const records = await inChunks([...ids], ([id, destination]) =>
    patience((redis) => readCallback(openStore(redis, { namespace, destination }), id)),
  )
  const found = records.filter((record) => record !== undefined)
  return new Map(found.map((record) => [record.id, record]))
}

/** Everything that the results of all destinations have published, those of each in their order. */
export async function readPublished(patience: Patience): Promise<Result[]> {
  const published = await Promise.all(
    destinations.map((destination) => readAll(destination, patience)),
  )
  return published.flat()
}

/** By the ids that honest producers have given, and by what is kept of everything else: whoever is hostile marks what he sends. */
export async function splitHostile(
  published: readonly Result[],
  known: ReadonlySet<string>,
  patience: Patience,
): Promise<{ honest: Result[]; hostile: Result[] }> {
  const isKnown = ({ id, submittedId }: Result) => known.has(id) || known.has(submittedId ?? id)
  const strangers = [...new Set(published.filter((each) => !isKnown(each)).map(({ id }) => id))]
  const marked = await inChunks(strangers, async (id) => {
    const isHostile = id.startsWith(hostileMark) || (await isHostileLetter(id, patience))
    return isHostile ? [id] : []
  })
  const hostileIds = new Set(marked.flat())
  return {
    honest: published.filter(({ id }) => !hostileIds.has(id)),
    hostile: published.filter(({ id }) => hostileIds.has(id)),
  }
}

async function isHostileLetter(id: string, patience: Patience): Promise<boolean> {
  const keys = destinations.map((destination) => callbackKey({ namespace, destination }, id))
  const raws = await Promise.all(keys.map((key) => patience((redis) => redis.hget(key, 'raw'))))
  return raws.some((raw) => raw !== null && isHostileRaw(raw))
}

async function readAll(destination: string, patience: Patience): Promise<Result[]> {
  const published: Result[] = []
  for (;;) {
    const afterEntryId = published.at(-1)?.entryId ?? '0'
    const page = await patience((redis) =>
      readResults(openStore(redis, { namespace, destination }), { afterEntryId, count: atOnce }),
    )
    if (page.length === 0) return published
    published.push(...page)
  }
}

async function inChunks<Item, Result>(
  items: readonly Item[],
  read: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  for (let at = 0; at < items.length; at += atOnce) {
    results.push(...(await Promise.all(items.slice(at, at + atOnce).map(read))))
  }
  return results
}
