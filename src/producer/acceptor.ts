import { openStore } from '../shared/redis/destination-store.ts'
import type { DestinationRef } from '../shared/redis/keys.ts'
import type { RedisAccess } from '../shared/redis/redis-access.ts'
import { watchIntake } from '../shared/store/control/watch-intake.ts'
import { createRegistrar } from '../shared/store/destinations/registry.ts'
import { submit, type Submission } from '../shared/store/inbox/submit.ts'
import type { Acceptance } from '../shared/store/ledger/accept.ts'
import type { CopiesWish } from '../shared/store/server/wait-for-copies.ts'
import type { Clock } from '../shared/time/clock.ts'
import { createDurable } from './durable.ts'
import { intakePaused } from './intake-paused.ts'
import { createProducerConnection, type ProducerConnection } from './producer-connection.ts'
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
  wish: CopiesWish
  numbers: SealNumbers
  clock: Clock
}

export function createAcceptor(context: AcceptorContext): Acceptor {
  const { access, connection, ref, wish, numbers, clock } = context
  const register = createRegistrar()
  const intake = watchIntake(clock)
  const waits = wish.replicas > 0 || wish.onDisk
  // Waiting blocks a connection, and no question is to wait for that.
  const own = waits ? createProducerConnection(access.url, access.connectAlone) : connection
  const durable = waits ? createDurable(wish) : undefined
  return {
    accept: (submission) =>
      own.use(async (redis) => {
        const store = openStore(redis, ref)
        const pause = await intake.pause(store)
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
