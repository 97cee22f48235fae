import type {
  Enqueued,
  EnqueueAnswer,
  IndexedAnswer,
  RefusalCode,
} from '../shared/contract/enqueue-answer.ts'
import { isEnd } from '../shared/contract/states.ts'
import {
  decodeCancelAnswers,
  decodeRescheduleAnswers,
  type CancelAnswer,
  type RescheduleAnswer,
} from '../shared/contract/wish-answer.ts'
import type { IntentInput } from '../shared/contract/intent.ts'
import { describeProblems } from '../shared/errors/problem.ts'
import { RingbackError } from '../shared/errors/errors.ts'
import {
  readCallback,
  type BookedCallback,
  type CallbackStatus,
  type CancelledCallback,
  type DeadCallback,
} from '../shared/store/ledger/callback-record.ts'
import type { FoundCallback } from '../shared/store/lookup/found-callback.ts'
import type { Acceptance } from '../shared/store/ledger/accept.ts'
import { systemClock, type Clock } from '../shared/time/clock.ts'
import { accessByClient, accessByUrl, type Redis } from '../shared/redis/connection.ts'
import type { GivenClient } from '../shared/redis/given-client.ts'
import { createAcceptor } from './acceptor.ts'
import { checkIntent } from './check-intent.ts'
import { findInAll, type FindOptions } from './find-callbacks.ts'
import { mapInOrder } from './map-in-order.ts'
import { poll } from './poll.ts'
import type { ReceivedResult, ResultsOptions } from './read-results.ts'
import { resultsOfPartitions } from './results-of-partitions.ts'
import { createRoute, type Route } from './route.ts'
import { startTracing } from '../shared/telemetry/open-telemetry.ts'
import { sayWishes } from './say-wishes.ts'
import { createSealNumbers } from './seal-numbers.ts'
import type { CallbacksInput, ClueInput, NewTimeInput, WishOptions } from './wish-inputs.ts'
import { tracedSubmission } from './traced-submission.ts'
import { createProducerConnection, producerClosed } from './producer-connection.ts'
import { readProducerSettings } from './producer-settings.ts'

export interface ProducerOptions {
  /** A client of ioredis 6 that you have, instead of a URL. It stays yours to close. */
  redis?: GivenClient
  /** Default: RINGBACK_REDIS_URL, else `redis://127.0.0.1:6379`. */
  redisUrl?: string
  /** For `rediss://`. Default: RINGBACK_REDIS_CA_FILE, else the authorities that Node knows. */
  redisCaFile?: string
  /** Default: RINGBACK_REDIS_CERT_FILE. With it comes `redisKeyFile`. */
  redisCertFile?: string
  /** Default: RINGBACK_REDIS_KEY_FILE. */
  redisKeyFile?: string
  /** Default: RINGBACK_NAMESPACE, else `ringback`. Workers read one namespace only. */
  namespace?: string
  /** For `redis+sentinel://`, where the Sentinels have users. Default: RINGBACK_SENTINEL_USERNAME. */
  sentinelUsername?: string
  /** That of the Sentinels themselves. Default: RINGBACK_SENTINEL_PASSWORD. */
  sentinelPassword?: string
  /** Which contact center. Default `default`: the destination that a worker's environment describes. */
  destination?: string
  /**
   * Encrypts numbers to the public key that the destination's workers have published, so that Redis never has them in the clear.
   * Every intent then needs an `id`. Default false.
   */
  seal?: boolean
  /** How many replicas must have what is accepted. Default: RINGBACK_WAIT_REPLICAS, else 0. */
  waitReplicas?: number
  /** What is accepted must be on disk, of the primary and of so many replicas. Default: RINGBACK_WAIT_FSYNC, else false. */
  waitFsync?: boolean
  /** How long to wait for that, as `500ms`. Default: RINGBACK_WAIT_TIMEOUT, else 500ms, or 1500ms with `waitFsync`. */
  waitTimeout?: string
  /** For tests. */
  clock?: Clock
}

export interface Producer {
  /**
   * Accepts one intent. Throws {@link RingbackError}: `invalid-intent` (with `problems`), `id-conflict`, `unknown-record`
   * (under this id lies what a newer version has written), and within two seconds `redis-unavailable`; after that one,
   * submit again with the same id, and after `not-replicated` and `not-on-disk` too. `intake-paused`, `redis-full`, `stream-exhausted`,
   * `sealing-required`, `no-public-key`: nothing was accepted.
   * `producer-closed`: after {@link Producer.close}.
   */
  enqueue(input: IntentInput): Promise<Enqueued>
  /**
   * Accepts many, 50 in flight, and answers each in its turn, with its index among the inputs. A refused item is an
   * answer, not an error; only `redis-unavailable`, `not-replicated`, `not-on-disk`, `intake-paused`, `redis-full`,
   * `stream-exhausted`, `no-public-key` and `producer-closed` are thrown, and end it.
   */
  enqueueMany(
    inputs: AsyncIterable<IntentInput> | Iterable<IntentInput>,
  ): AsyncGenerator<IndexedAnswer>
  /** The whole story of a callback; undefined when none is known under this id. */
  status(id: string): Promise<CallbackStatus | undefined>
  /**
   * Nothing more is to be sent for these callbacks. Says what became of each as soon as a worker has seen to it. Throws
   * `invalid-wish`, `number-key-unknown`, `redis-unavailable`, `redis-full`, `stream-exhausted`, `producer-closed`, and the
   * signal's reason.
   */
  cancel(which: CallbacksInput, options?: WishOptions): Promise<CancelAnswer[]>
  /** These callbacks, if they wait, are to be sent at another time. The same otherwise. */
  reschedule(
    which: CallbacksInput,
    time: NewTimeInput,
    options?: WishOptions,
  ): Promise<RescheduleAnswer[]>
  /** Callbacks of a call or a number that a worker has taken in, newest first. Needs rights that a vendor should not have. */
  find(which: ClueInput, options?: FindOptions): Promise<FoundCallback[]>
  /** Resolves when the callback has ended, also if nothing is known of it yet. Rejects with the signal's reason. */
  waitForEnd(id: string, options?: { signal?: AbortSignal }): Promise<EndedCallback>
  /**
   * Every end of a callback of the destination, whoever sent it, as a reader of a group: what is kept first, then each as it
   * comes, over a connection of its own. Acknowledge each when you have stored what it means to you. Ends when the signal is
   * aborted or the producer closed.
   */
  results(options: ResultsOptions): AsyncGenerator<ReceivedResult>
  /** Waits for what is under way, and disconnects. Everything asked afterwards is refused. */
  close(): Promise<void>
}

const inFlight = 50

/**
 * A producer of one destination. Connects with its first call; needs no worker, no BullMQ and no matching version. Throws
 * `invalid-configuration` for options that no worker could have.
 */
export function createProducer(options: ProducerOptions = {}): Producer {
  const { client, redisUrl, redisSecurity, wish, seal, ...ref } = readProducerSettings(
    options,
    process.env,
  )
  const { clock = systemClock } = options
  const access =
    client === undefined ? accessByUrl(redisUrl, redisSecurity) : accessByClient(client)
  const connection = createProducerConnection(access.url, access.connect)
  const numbers = createSealNumbers({ seal, clock })
  const route = createRoute(ref, clock)
  const acceptor = createAcceptor({ access, connection, ref, route, wish, numbers })

  const context = { connection, ref, route, clock, numbers }
  const closed = new AbortController()
  const tracing = startTracing()
  const status = (id: string) => connection.use((redis) => readPlaced(redis, route, id))

  async function answer(input: unknown): Promise<EnqueueAnswer> {
    if (connection.isClosed()) throw producerClosed()
    const checked = checkIntent(input, clock.now())
    if (checked.kind === 'invalid') return refuseInvalid(checked)
    const { intent } = checked
    const withoutId = numbers.idProblem(intent)
    if (withoutId !== undefined) return refuseInvalid({ id: undefined, problems: [withoutId] })
    if (tracing !== undefined) await tracing
    try {
      const acceptance = await tracedSubmission(ref.destination, checked, acceptor.accept)
      return answerTo(intent.id, acceptance)
    } catch (error) {
      if (!isAboutOne(error)) throw error
      const { code, message, problems } = error
      return { kind: 'refused', id: intent.id, code, message, problems }
    }
  }

  return {
    enqueue: async (input) => {
      const answered = await answer(input)
      if (answered.kind !== 'refused') return answered
      const { code, message, problems } = answered
      throw new RingbackError(code, message, { problems })
    },
    enqueueMany: (inputs) =>
      mapInOrder(inputs, async (input, index) => ({ index, ...(await answer(input)) }), inFlight),
    cancel: (which, { signal, ...more } = {}) =>
      sayWishes(context, { kind: 'cancel', which, more, signal, decode: decodeCancelAnswers }),
    reschedule: (which, time, { signal, ...said } = {}) => {
      const more = { ...time, ...said }
      const decode = decodeRescheduleAnswers
      return sayWishes(context, { kind: 'reschedule', which, more, signal, decode })
    },
    find: (which, options = {}) =>
      connection.use(async (redis) => findInAll(await route.all(redis), which, options)),
    waitForEnd: (id, { signal } = {}) =>
      poll(context, signal, async () => {
        const callback = await status(id)
        return callback !== undefined && hasEnded(callback) ? callback : undefined
      }),
    status,
    results: (options) => resultsOfPartitions({ ...context, access }, options, closed.signal),
    close: async () => {
      closed.abort()
      await Promise.all([connection.close(), acceptor.close()])
    },
  }
}

async function readPlaced(
  redis: Redis,
  route: Route,
  id: string,
): Promise<CallbackStatus | undefined> {
  for (const store of await route.places(redis, id)) {
    const callback = await readCallback(store, id)
    if (callback !== undefined) return callback
  }
  return undefined
}

/** How a callback has ended. */
export type EndedCallback = BookedCallback | DeadCallback | CancelledCallback

function hasEnded(callback: CallbackStatus): callback is EndedCallback {
  return isEnd(callback.state)
}

function refuseInvalid({
  id,
  reservedId,
  problems,
}: Omit<Extract<ReturnType<typeof checkIntent>, { kind: 'invalid' }>, 'kind'>): EnqueueAnswer {
  const message = describeProblems(problems)
  return { kind: 'refused', id: id ?? reservedId, code: 'invalid-intent', message, problems }
}

/** Under this id lies what a newer version has written, or it alone is not sealed. Any other failure the next submission meets as well. */
function isAboutOne(error: unknown): error is RingbackError & { code: RefusalCode } {
  if (!(error instanceof RingbackError)) return false
  return error.code === 'unknown-record' || error.code === 'sealing-required'
}

function answerTo(id: string, acceptance: Acceptance): EnqueueAnswer {
  switch (acceptance.kind) {
    case 'accepted': {
      const { acceptedAt, dueAt } = acceptance
      return { kind: 'accepted', id, acceptedAt, dueAt }
    }
    case 'duplicate':
      return { kind: 'duplicate', id, state: acceptance.state }
    case 'conflict': {
      const message =
        `id: a callback ${id} already exists (${acceptance.state}) and its content differs; it was left untouched. ` +
        'Use another id.'
      return { kind: 'refused', id, code: 'id-conflict', message, problems: [] }
    }
  }
}
