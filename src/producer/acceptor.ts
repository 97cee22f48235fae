import type { DestinationRef } from '../shared/redis/keys.ts'
import type { RedisAccess } from '../shared/redis/redis-access.ts'
import { createRegistrar } from '../shared/store/destinations/registry.ts'
import { submit, type Submission } from '../shared/store/inbox/submit.ts'
import type { Acceptance } from '../shared/store/ledger/accept.ts'
import type { CopiesWish } from '../shared/store/server/wait-for-copies.ts'
import { createDurable } from './durable.ts'
import { intakePaused } from './intake-paused.ts'
import { createProducerConnection, type ProducerConnection } from './producer-connection.ts'
import type { Route } from './route.ts'
import type { SealNumbers } from './seal-numbers.ts'

/** Makes promises of submissions. */
export interface Acceptor {
  accept: (submission: Submission) => Promise<Acceptance>
  close: () => Promise<void>
}

export interface AcceptorContext {
  access: RedisAccess
  /** The producer's. */
  connection: ProducerConnection
  ref: DestinationRef
  route: Route
  wish: CopiesWish
  numbers: SealNumbers
}

export function createAcceptor(context: AcceptorContext): Acceptor {
  const { access, connection, ref, route, wish, numbers } = context
  const register = createRegistrar()
  const waits = wish.replicas > 0 || wish.onDisk
  // Waiting blocks a connection, and no question is to wait for that.
  const own = waits ? createProducerConnection(access.url, access.connectAlone) : connection
  const durable = waits ? createDurable(wish) : undefined
  return {
    accept: (submission) =>
      own.use(async (redis) => {
        const store = await route.home(redis, submission.intent.id)
        const pause = await route.pauseOf(store)
        if (pause !== undefined) throw intakePaused(ref, pause)
        const sealed = await numbers.sealed(store, submission)
        const write = () => submit(store, sealed)
        const accepted = await (durable === undefined ? write() : durable(store, write))
        // Not before: what a wrong server says to it must not cost the promise its answer.
        register({ redis, ref })
        return accepted
      }),
    close: () => own.close(),
  }
}
