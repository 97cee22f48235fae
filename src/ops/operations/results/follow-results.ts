import { messageOf } from '../../../shared/errors/errors.ts'
import { errorOrigin } from '../../../shared/redis/error-origin.ts'
import { connectPatientlyToRead, redisFailure } from '../../../shared/redis/connection.ts'
import { openStore } from '../../../shared/redis/destination-store.ts'
import { awaitResults, type Result } from '../../../shared/store/results/results.ts'
import type { Target } from '../destination/target.ts'

/** Finite, so that a connection that died without a word is noticed. */
const blockMs = 5_000

export interface FollowDeps {
  stopped: AbortSignal
  /** Called once an outage of Redis, which is waited for. */
  onAway: (message: string) => void
}

/** Every result after `afterEntryId` as it comes, until we are stopped. Waits through an outage of Redis. */
export async function* followResults(
  { config, ref }: Target,
  afterEntryId: string,
  { stopped, onAway }: FollowDeps,
): AsyncGenerator<Result> {
  let complained = false
  const redis = connectPatientlyToRead(
    config.redisUrl,
    (error) => {
      // Anything else fails the operation, which tells it.
      if (errorOrigin(error) === 'record' || errorOrigin(error) === 'ours') return
      if (!complained) onAway(messageOf(error))
      complained = true
    },
    config.redisSecurity,
  )
  const store = openStore(redis, ref)
  const hangUp = () => redis.disconnect()
  stopped.addEventListener('abort', hangUp, { once: true })
  let position = afterEntryId
  try {
    while (!stopped.aborted) {
      const results = await awaitResults(store, { afterEntryId: position, blockMs })
      complained = false
      yield* results
      position = results.at(-1)?.entryId ?? position
    }
  } catch (error) {
    // Hanging up is how a blocked read is ended.
    if (!stopped.aborted) throw redisFailure(config.redisUrl, error)
  } finally {
    stopped.removeEventListener('abort', hangUp)
    hangUp()
  }
}
