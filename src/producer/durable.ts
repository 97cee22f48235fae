import { messageOf, RingbackError } from '../shared/errors/errors.ts'
import type { DestinationStore } from '../shared/redis/destination-store.ts'
import { redisErrorKind } from '../shared/redis/redis-errors.ts'
import type { Acceptance } from '../shared/store/ledger/accept.ts'
import { askTogether } from '../shared/store/server/ask-together.ts'
import { waitForCopies, type CopiesWish } from '../shared/store/server/wait-for-copies.ts'
import { formatDuration } from '../shared/time/duration.ts'

/** Does what is to be done, and answers when it is where it is to be. Throws `not-replicated` or `not-on-disk` where that cannot be had in time. */
export type Durable = (
  store: DestinationStore,
  write: () => Promise<Acceptance>,
) => Promise<Acceptance>

/** Of connections of its own, which wait. */
export function createDurable(wish: CopiesWish): Durable {
  const ask = askTogether((redis) => waitForCopies(redis, wish))
  return async ({ redis }, write) => {
    const socket = redis.stream
    const answer = await write()
    if (answer.kind === 'conflict') return answer
    const copies = await ask(redis).catch((error: unknown) => {
      throw cannotSay(error)
    })
    // Another connection may be to another server, which says so of what it has done itself.
    if (redis.stream !== socket) throw missing(wish, 'the connection was lost meanwhile')
    const within = formatDuration(wish.timeoutMs)
    if (wish.onDisk && !copies.onDisk) throw notOnDisk(`it was not within ${within}`)
    if (copies.replicas >= wish.replicas) return answer
    const where = wish.onDisk ? ' on their disks' : ''
    throw notReplicated(
      `${copies.replicas} of ${wish.replicas} replicas had it${where} within ${within}`,
    )
  }
}

/** A server that will never say where it is has to be told from one that is away. */
function cannotSay(error: unknown): unknown {
  switch (redisErrorKind(error)) {
    case 'unknown-command':
      return notOnDisk('this server cannot say; it takes Redis 7.2 or newer, or Valkey')
    case 'append-only-file-off':
      return notOnDisk(`this server keeps no append-only file (${messageOf(error)})`)
    default:
      return error
  }
}

function missing({ onDisk }: CopiesWish, why: string): RingbackError {
  return onDisk ? notOnDisk(why) : notReplicated(why)
}

const submitAgain = 'Submit it again with the same id, which is safe; if it goes on, check'

function notReplicated(why: string): RingbackError {
  return new RingbackError(
    'not-replicated',
    `Redis took it, and it is not known to be on as many replicas as RINGBACK_WAIT_REPLICAS says: ${why}. ${submitAgain} the replicas.`,
  )
}

function notOnDisk(why: string): RingbackError {
  return new RingbackError(
    'not-on-disk',
    `Redis took it, and it is not known to be on disk, as RINGBACK_WAIT_FSYNC demands: ${why}. ${submitAgain} Redis’ appendonly and appendfsync.`,
  )
}
