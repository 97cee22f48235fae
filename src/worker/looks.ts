import { look, type Looked } from '../shared/store/control/look.ts'
import type { Redis } from '../shared/redis/connection.ts'
import type { DestinationRef } from '../shared/redis/keys.ts'
import { isOneServer } from '../shared/redis/primaries.ts'
import { redisErrorKind } from '../shared/redis/redis-errors.ts'
import type { Clock } from '../shared/time/clock.ts'
import { createWatch } from './watch.ts'

/** What has lately been seen of one destination. */
export interface Looks {
  /** As it was at most a second ago. */
  latest(): Promise<Looked>
  /** The first look at which it is so; undefined: the signal was aborted before. */
  until(isSo: (looked: Looked) => boolean, signal: AbortSignal): Promise<Looked | undefined>
  /** For how long it will answer without asking Redis. */
  freshForMs(): number
}

export interface LooksContext {
  redis: Redis
  /** All that are served, at the moment. */
  refs: () => readonly DestinationRef[]
  clock: Clock
  freshMs: number
}

interface Asked {
  atMs: number
  /** By destination: which of those that were looked at. */
  places: ReadonlyMap<string, number>
  looked: Promise<(Looked | Error)[]>
}

/** Of all destinations together; in a cluster, whose nodes know nothing of each other's keys, of each alone. */
export function createLooks(context: LooksContext): (ref: DestinationRef) => Looks {
  if (isOneServer(context.redis)) return lookTogether(context)
  return (ref) => lookTogether({ ...context, refs: () => [ref] })(ref)
}

/**
 * Whoever needs to know asks for all: what three questions a second for each of three hundred idle destinations would cost, one for all
 * of them does not.
 */
function lookTogether(context: LooksContext): (ref: DestinationRef) => Looks {
  const { clock, freshMs } = context
  let last: Asked | undefined

  const freshForMs = () =>
    last === undefined ? 0 : Math.max(0, last.atMs + freshMs - clock.monotonic())

  const ask = (ref: DestinationRef) => {
    const served = context.refs()
    const isServed = served.some(({ destination }) => destination === ref.destination)
    const refs = isServed ? served : [...served, ref]
    const places = new Map(refs.map((each, place) => [each.destination, place]))
    const asked = { atMs: clock.monotonic(), places, looked: lookOrAssume(context.redis, refs) }
    last = asked
    // A failure is not remembered: whoever comes next asks again.
    asked.looked.catch(() => {
      if (last === asked) last = undefined
    })
    return asked
  }

  const latest = async (ref: DestinationRef) => {
    const known = freshForMs() > 0 ? last : undefined
    const asked = known?.places.has(ref.destination) === true ? known : ask(ref)
    const looked = (await asked.looked)[asked.places.get(ref.destination) ?? -1]
    if (looked === undefined) throw new Error('a destination was not looked at')
    if (looked instanceof Error) throw looked
    return looked
  }

  const watch = createWatch({ latest, freshForMs, clock })
  return (ref) => ({
    latest: () => latest(ref),
    until: async (isSo, signal) => {
      const looked = await latest(ref)
      return isSo(looked) ? looked : await watch({ ref, isSo, signal })
    },
    freshForMs,
  })
}

/** A right that is missing must not cost a promise: who may not look takes it that there is something, and no pause. */
async function lookOrAssume(
  redis: Redis,
  refs: readonly DestinationRef[],
): Promise<(Looked | Error)[]> {
  try {
    return await look(redis, refs)
  } catch (error) {
    if (redisErrorKind(error) !== 'forbidden') throw error
    return refs.map(() => ({ hasDoor: true, hasRuns: true, scheduledInMs: 0, pause: undefined }))
  }
}
