import type { Redis } from '../../redis/connection.ts'
import { redisErrorKind } from '../../redis/redis-errors.ts'
import { asList, asText } from '../../redis/reply.ts'
import { takeStep } from '../../telemetry/steps.ts'
import { libraryName, libraryRevision, librarySource, revisionOf } from './library-source.ts'

export type LibraryLoad =
  | 'loaded'
  /** This one is there, or a newer one. */
  | 'unchanged'
  /** A Redis before 7 knows no Functions. */
  | 'unsupported'

/** Gives the server the functions of this version, unless it has them, or those of a newer one. */
export async function loadLibrary(redis: Redis): Promise<LibraryLoad> {
  let there: string | undefined
  try {
    there = await readLibrary(redis)
  } catch (error) {
    if (redisErrorKind(error) === 'unknown-command') return 'unsupported'
    throw error
  }
  if (there === librarySource) return 'unchanged'
  if (there !== undefined && revisionOf(there) > libraryRevision) return 'unchanged'
  await takeStep('functions.load', {}, () => redis.function('LOAD', 'REPLACE', librarySource))
  return 'loaded'
}

/** Its code, as it was loaded. */
async function readLibrary(redis: Redis): Promise<string | undefined> {
  const [library] = asList(await redis.function('LIST', 'LIBRARYNAME', libraryName, 'WITHCODE'))
  if (library === undefined) return undefined
  const fields = asList(library)
  return asText(fields[fields.indexOf('library_code') + 1])
}
