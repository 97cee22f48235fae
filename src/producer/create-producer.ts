import type { Enqueued, EnqueueAnswer } from '../shared/contract/enqueue-answer.ts'
import type { IntentInput } from '../shared/contract/intent.ts'
import { createRegistrar } from '../shared/destinations/registry.ts'
import { RingbackError } from '../shared/errors/errors.ts'
import { submit } from '../shared/inbox/submit.ts'
import { readCallback, type CallbackRecord } from '../shared/ledger/callback-record.ts'
import {
  connectFailingFast,
  isRedisFailure,
  redisFailure,
  type Redis,
} from '../shared/redis/connection.ts'
import type { Acceptance } from '../shared/redis/scripts.ts'
import { systemClock, type Clock } from '../shared/time/clock.ts'
import { checkIntent } from './check-intent.ts'
import { mapInOrder } from './map-in-order.ts'

export interface ProducerOptions {
  /** Default: RINGBACK_REDIS_URL, else `redis://127.0.0.1:6379`. */
  redisUrl?: string
  /** Default `ringback`. */
  namespace?: string
  /** Default `default`: the destination of the environment. */
  destination?: string
  /** For tests. */
  clock?: Clock
}

export interface Producer {
  /**
   * Accepts one intent. Throws {@link RingbackError}: `invalid-intent` (with `problems`), `id-conflict`, and within two
   * seconds `redis-unavailable`; after that one, submit again with the same id. `redis-full`: nothing was accepted.
   */
  enqueue(input: IntentInput): Promise<Enqueued>
  /**
   * Accepts many, 50 in flight, and answers each in its turn. A refused item is an answer, not an error; only
   * `redis-unavailable` and `redis-full` are thrown, and end it.
   */
  enqueueMany(inputs: AsyncIterable<unknown> | Iterable<unknown>): AsyncGenerator<EnqueueAnswer>
  /** The whole story of a callback; undefined when none is known under this id. */
  status(id: string): Promise<CallbackRecord | undefined>
  close(): Promise<void>
}

const inFlight = 50

/** A producer of one destination. Connects with its first call; needs no worker, no BullMQ and no matching version. */
export function createProducer(options: ProducerOptions = {}): Producer {
  const redisUrl = options.redisUrl ?? process.env['RINGBACK_REDIS_URL'] ?? 'redis://127.0.0.1:6379'
  const { namespace = 'ringback', destination = 'default', clock = systemClock } = options
  const place = { namespace, destination }
  const register = createRegistrar(place)
  let connecting: Promise<Redis> | undefined

  /** Single flight; a connection that could not be made is not remembered, so the next call tries again. */
  async function connection(): Promise<Redis> {
    connecting ??= connectFailingFast(redisUrl)
    try {
      return await connecting
    } catch (error) {
      connecting = undefined
      throw error
    }
  }

  async function withRedis<Result>(use: (redis: Redis) => Promise<Result>): Promise<Result> {
    const redis = await connection()
    try {
      return await use(redis)
    } catch (error) {
      throw error instanceof RingbackError ? error : redisFailure(redisUrl, error)
    }
  }

  async function enqueue(input: unknown): Promise<Enqueued> {
    const { intent, traceparent } = checkIntent(input, clock.now())
    const acceptance = await withRedis(async (redis) => {
      const answer = await submit(redis, place, { intent, traceparent })
      // Not before: what a wrong server says to it must not cost the promise its answer.
      register(redis)
      return answer
    })
    return toEnqueued(intent.id, acceptance)
  }

  async function enqueueOrRefuse(input: unknown): Promise<EnqueueAnswer> {
    try {
      return await enqueue(input)
    } catch (error) {
      if (!(error instanceof RingbackError) || isRedisFailure(error)) throw error
      const { code, message, problems } = error
      return { kind: 'refused', code, message, problems }
    }
  }

  return {
    enqueue,
    enqueueMany: (inputs) => mapInOrder(inputs, enqueueOrRefuse, inFlight),
    status: (id) => withRedis((redis) => readCallback(redis, place, id)),
    close: async () => {
      const redis = await connecting?.catch(() => undefined)
      connecting = undefined
      redis?.disconnect()
    },
  }
}

function toEnqueued(id: string, acceptance: Acceptance): Enqueued {
  switch (acceptance.kind) {
    case 'accepted': {
      const { acceptedAt, dueAt } = acceptance
      return { kind: 'accepted', id, acceptedAt, dueAt }
    }
    case 'duplicate':
      return { kind: 'duplicate', id, state: acceptance.state }
    case 'conflict':
      throw new RingbackError(
        'id-conflict',
        `id: a callback ${id} exists already (${acceptance.state}) and its content differs; it was left untouched. ` +
          'Use another id.',
      )
  }
}
