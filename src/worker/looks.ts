import { look, type Looked } from '../shared/store/control/look.ts'
import { bridgeGroup } from '../shared/store/inbox/inbox.ts'
import type { Redis } from '../shared/redis/connection.ts'
import type { DestinationRef } from '../shared/redis/keys.ts'
import { isOneServer } from '../shared/redis/primaries.ts'
import { redisErrorKind } from '../shared/redis/redis-errors.ts'
import type { Clock } from '../shared/time/clock.ts'
import { createWatch, type Sight } from './watch.ts'

/** What has lately been seen of one destination. */
export interface Looks {
  /** As it was at most a second ago. */
  latest(): Promise<Looked>
  /** The first look at which it is so; undefined: the signal was aborted before. */
  until(isSo: (looked: Looked) => boolean, signal: AbortSignal): Promise<Looked | undefined>
  /** Each look, about once a second, until the signal is aborted. One that failed is none. */
  watch(see: (looked: Looked) => void, signal: AbortSignal): void
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

  const ask = (asking: readonly DestinationRef[]) => {
    const refs = withOthers(context.refs(), asking)
    const places = new Map(refs.map((each, place) => [each.destination, place]))
    const asked = { atMs: clock.monotonic(), places, looked: lookOrAssume(context.redis, refs) }
    last = asked
    // A failure is not remembered: whoever comes next asks again.
    asked.looked.catch(() => {
      if (last === asked) last = undefined
    })
    return asked
  }

  const lookAt = async (refs: readonly DestinationRef[]): Promise<Sight> => {
    const known = freshForMs() > 0 ? last : undefined
    const knowsAll = known !== undefined && refs.every((ref) => known.places.has(ref.destination))
    const { places, looked } = knowsAll ? known : ask(refs)
    const seen = await looked
    return ({ destination }) =>
      seen[places.get(destination) ?? -1] ?? new Error('a destination was not looked at')
  }

  const watch = createWatch({ lookAt, freshForMs, freshMs, clock })
  return (ref) => ({
    latest: async () => orThrow((await lookAt([ref]))(ref)),
    until: async (isSo, signal) => {
      const looked = orThrow((await lookAt([ref]))(ref))
      return isSo(looked) ? looked : await firstThatIsSo({ watch, ref, isSo }, signal)
    },
    watch: (see, signal) => {
      watch({ ref, see: (seen) => seen instanceof Error || see(seen) }, signal)
    },
  })
}

interface Expectation {
  watch: ReturnType<typeof createWatch>
  ref: DestinationRef
  isSo: (looked: Looked) => boolean
}

async function firstThatIsSo(
  { watch, ref, isSo }: Expectation,
  signal: AbortSignal,
): Promise<Looked | undefined> {
  const left = new AbortController()
  try {
    return await new Promise((settle, fail) => {
      const see = (seen: Looked | Error) => {
        if (seen instanceof Error) fail(seen)
        else if (isSo(seen)) settle(seen)
      }
      watch({ ref, see }, left.signal)
      signal.addEventListener('abort', () => settle(undefined), { signal: left.signal })
      if (signal.aborted) settle(undefined)
    })
  } finally {
    left.abort()
  }
}

function orThrow(seen: Looked | Error): Looked {
  if (seen instanceof Error) throw seen
  return seen
}

/** Each destination once. */
function withOthers(
  served: readonly DestinationRef[],
  asking: readonly DestinationRef[],
): readonly DestinationRef[] {
  const known = new Set(served.map(({ destination }) => destination))
  const others = asking.filter(({ destination }) => !known.has(destination))
  return [...served, ...new Map(others.map((each) => [each.destination, each])).values()]
}

/** A right that is missing must not cost a promise: who may not look takes it that there is something, and no pause. */
async function lookOrAssume(
  redis: Redis,
  refs: readonly DestinationRef[],
): Promise<(Looked | Error)[]> {
  try {
    return await look(redis, refs, bridgeGroup)
  } catch (error) {
    if (redisErrorKind(error) !== 'forbidden') throw error
    const some = { hasDoor: true, hasPending: true, hasRuns: true, hasActive: true, hasJobs: true }
    const assumed = { ...some, scheduledInMs: 0, pause: undefined }
    return refs.map(() => assumed)
  }
}
