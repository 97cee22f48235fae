import type { Redis } from '../../redis/connection.ts'
import {
  callbackKey,
  deadLettersKey,
  inboxKey,
  resultsKey,
  type DestinationRef,
} from '../../redis/keys.ts'
import { mayRun } from './users.ts'

/** What a user of Redis may do at one destination, as Redis itself judges it. */
export interface Rights {
  user: string
  submits: boolean
  /** Runs scripts on the inbox: the library, a worker, an operator. Such a user is trusted with everything there. */
  isTrusted: boolean
  /** What it may read of what others sent. */
  reads: readonly string[]
  /** What it may take away. */
  removes: readonly string[]
}

/** `undefined`: Redis cannot say. */
export async function rightsOf(
  redis: Redis,
  user: string,
  ref: DestinationRef,
): Promise<Rights | undefined> {
  const inbox = inboxKey(ref)
  const may = (...command: string[]) => mayRun(redis, user, command)
  const submits = await may('XADD', inbox, '*', 'intent', '{}')
  if (submits === undefined) return undefined
  const list = async (commands: Record<string, string[]>) => {
    const allowed = await Promise.all(
      Object.entries(commands).map(
        async ([what, command]) => [what, await may(...command)] as const,
      ),
    )
    return allowed.flatMap(([what, isAllowed]) => (isAllowed === true ? [what] : []))
  }
  return {
    user,
    submits,
    isTrusted: (await may('EVALSHA', '0'.repeat(40), '1', inbox)) === true,
    reads: await list({
      // An id that no prefix of a vendor's begins.
      'every callback with its number': ['HGETALL', callbackKey(ref, '0')],
      'the inbox': ['XRANGE', inbox, '-', '+'],
      'all results': ['XREAD', 'STREAMS', resultsKey(ref), '0'],
      'the list of dead letters': ['ZRANGE', deadLettersKey(ref), '0', '-1'],
    }),
    removes: await list({
      'what waits in the inbox': ['XTRIM', inbox, 'MAXLEN', '0'],
      'single entries of it': ['XDEL', inbox, '1-1'],
      'any key': ['FLUSHALL'],
    }),
  }
}
