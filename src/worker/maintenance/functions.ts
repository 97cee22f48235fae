import { createPeriodic, type Period } from '../../shared/lifecycle/periodic.ts'
import type { Service } from '../../shared/lifecycle/service.ts'
import { tellOnce } from '../../shared/errors/tell-once.ts'
import type { Redis } from '../../shared/redis/connection.ts'
import { primariesOf } from '../../shared/redis/primaries.ts'
import { loadLibrary } from '../../shared/store/functions/load-library.ts'

/**
 * Whoever sends by FCALL finds the functions of the newest worker. Looked at again and again, as FUNCTION FLUSH takes them away; a
 * user who may not load them is told of once, since everything else works.
 */
export function createFunctions(redis: Redis, { onError, ...period }: Period): Service {
  const { tell, wentWell } = tellOnce(onError)
  const turn = async () => {
    // Functions are replicated, and no primary has those of another one.
    for (const primary of await primariesOf(redis)) await loadLibrary(primary)
    wentWell()
  }
  return createPeriodic('functions', turn, { ...period, onError: tell })
}
