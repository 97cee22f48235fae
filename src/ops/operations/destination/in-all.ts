import { messageOf, RingbackError } from '../../../shared/errors/errors.ts'
import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import { redisFailure } from '../../../shared/redis/redis-failure.ts'
import type { Partitions } from './any-destination.ts'

/**
 * Does the same in each partition, in those that can be reached where one cannot. Of a failure it is said where it was done all the
 * same: nobody takes back what is done in the others.
 */
export async function inAll<Result>(
  stores: Partitions,
  redisUrl: string,
  act: (store: DestinationStore) => Promise<Result>,
): Promise<readonly [Result, ...Result[]]> {
  const [first, ...others] = stores
  if (others.length === 0) return [await act(first)]
  const tried = await Promise.allSettled(stores.map(act))
  const done = stores.filter((_, place) => tried[place]?.status === 'fulfilled')
  const failed = tried.find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw partlyDone(redisFailure(redisUrl, failed.reason), done)
  const [result, ...more] = tried.flatMap((each) =>
    each.status === 'fulfilled' ? [each.value] : [],
  )
  if (result === undefined) throw new TypeError('a destination has no partition')
  return [result, ...more]
}

function partlyDone(error: Error, done: readonly DestinationStore[]): Error {
  if (!(error instanceof RingbackError) || done.length === 0) return error
  const names = done.map(({ ref }) => ref.destination).join(', ')
  const message = `${messageOf(error)} It was done in these partitions: ${names}. Say it again for the others.`
  return new RingbackError(error.code, message, { cause: error })
}
