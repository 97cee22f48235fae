import { createPeriodic, type Period } from '../../shared/lifecycle/periodic.ts'
import type { Service } from '../../shared/lifecycle/service.ts'
import { messageOf } from '../../shared/errors/errors.ts'
import type { Redis } from '../../shared/redis/connection.ts'
import { primariesOf } from '../../shared/redis/primaries.ts'
import { loadLibrary } from '../../shared/store/functions/load-library.ts'

/**
 * Whoever sends by FCALL finds the functions of the newest worker. Looked at again and again, as FUNCTION FLUSH takes them away; a
 * user who may not load them is told of once, since everything else works.
 */
export function createFunctions(redis: Redis, { onError, ...period }: Period): Service {
  let told = ''
  const turn = async () => {
    // Functions are replicated, and no primary has those of another one.
    for (const primary of await primariesOf(redis)) await loadLibrary(primary)
    told = ''
  }
  return createPeriodic('functions', turn, {
    ...period,
    onError: (error) => {
      const message = messageOf(error)
      if (message !== told) onError(error)
      told = message
    },
  })
}
