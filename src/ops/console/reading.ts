import { createHash } from 'node:crypto'

import type { StoreConfig } from '../../shared/config/config.ts'
import { messageOf, RingbackError } from '../../shared/errors/errors.ts'
import type { Clock } from '../../shared/time/clock.ts'
import { createDestinationFinder } from '../operations/destination/every-destination.ts'
import { standings, type Standing } from '../operations/stats/standing.ts'
import type { ConsoleObserver } from './observer.ts'

/** What Redis said last, for all who look. */
export interface Reading {
  /** When it was asked, epoch ms. */
  atMs: number
  standings: readonly Standing[]
  /** Changes with what is read, but for what is never the same twice: how fast it goes, and when a worker was heard. */
  revision: string
  /** Why Redis cannot be asked, and since when; `standings` are then the last ones known. */
  failure: { code: string; message: string; sinceMs: number } | undefined
}

/** So old may be what is shown, however many look: Redis is asked no more often. */
const freshMs = 2_000

/** Reads at most every two seconds, and never while nobody looks. */
export function createReader(
  config: StoreConfig,
  clock: Clock,
  observer: Pick<ConsoleObserver, 'read'>,
): () => Promise<Reading> {
  let latest: { reading: Promise<Reading>; untilMs: number } | undefined
  let last: Reading | undefined
  const find = createDestinationFinder(config)

  async function read(): Promise<Reading> {
    const atMs = clock.now()
    const sinceMs = clock.monotonic()
    try {
      const all = await standings(config, find, clock)
      last = { atMs, standings: all, revision: revisionOf(all), failure: undefined }
      observer.read('read', clock.monotonic() - sinceMs)
    } catch (error) {
      observer.read('failed', clock.monotonic() - sinceMs)
      const code = error instanceof RingbackError ? error.code : 'unexpected'
      const awaySinceMs = last?.failure?.sinceMs ?? atMs
      const failure = { code, message: messageOf(error), sinceMs: awaySinceMs }
      const { standings: known = [], atMs: knownAtMs = atMs } = last ?? {}
      last = { atMs: knownAtMs, standings: known, revision: `away ${code}`, failure }
    }
    return last
  }

  return () => {
    if (latest !== undefined && clock.monotonic() < latest.untilMs) return latest.reading
    const asked = { reading: read(), untilMs: Infinity }
    latest = asked
    // One that takes long is not joined by another.
    void asked.reading.then(() => (asked.untilMs = clock.monotonic() + freshMs))
    return asked.reading
  }
}

function revisionOf(all: readonly Standing[]): string {
  const steady = all.map(
    ({ stats: { perSecond: _, drain: __, workerDetails: ___, ...rest } }) => rest,
  )
  return createHash('sha256').update(JSON.stringify(steady)).digest('base64url').slice(0, 12)
}
