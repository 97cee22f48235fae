import type {
  Enqueued,
  EnqueueAnswer,
  IndexedAnswer,
  RefusalCode,
} from '../shared/contract/enqueue-answer.ts'
import type { IntentInput } from '../shared/contract/intent.ts'
import { describeProblems } from '../shared/errors/problem.ts'
import { createRegistrar } from '../shared/store/destinations/registry.ts'
import { RingbackError } from '../shared/errors/errors.ts'
import { submit } from '../shared/store/inbox/submit.ts'
import { readCallback, type CallbackStatus } from '../shared/store/ledger/callback-record.ts'
import type { Acceptance } from '../shared/store/ledger/accept.ts'
import { systemClock, type Clock } from '../shared/time/clock.ts'
import { openStore } from '../shared/redis/destination-store.ts'
import { checkIntent } from './check-intent.ts'
import { mapInOrder } from './map-in-order.ts'
import { createProducerConnection, producerClosed } from './producer-connection.ts'
import { readProducerSettings } from './producer-settings.ts'

export interface ProducerOptions {
  /** Default: RINGBACK_REDIS_URL, else `redis://127.0.0.1:6379`. */
  redisUrl?: string
  /** Default: RINGBACK_NAMESPACE, else `ringback`. Workers read one namespace only. */
  namespace?: string
  /** Which contact center. Default `default`: the destination that a worker's environment describes. */
  destination?: string
  /** For tests. */
  clock?: Clock
}

export interface Producer {
  /**
   * Accepts one intent. Throws {@link RingbackError}: `invalid-intent` (with `problems`), `id-conflict`, `unknown-record`
   * (under this id lies what a newer version has written), and within two seconds `redis-unavailable`; after that one,
   * submit again with the same id. `redis-full`, `stream-exhausted`: nothing was accepted. `producer-closed`: after {@link Producer.close}.
   */
  enqueue(input: IntentInput): Promise<Enqueued>
  /**
   * Accepts many, 50 in flight, and answers each in its turn, with its index among the inputs. A refused item is an
   * answer, not an error; only `redis-unavailable`, `redis-full`, `stream-exhausted` and `producer-closed` are thrown, and end it.
   */
  enqueueMany(
    inputs: AsyncIterable<IntentInput> | Iterable<IntentInput>,
  ): AsyncGenerator<IndexedAnswer>
  /** The whole story of a callback; undefined when none is known under this id. */
  status(id: string): Promise<CallbackStatus | undefined>
  /** Waits for what is under way, and disconnects. Everything asked afterwards is refused. */
  close(): Promise<void>
}

const inFlight = 50

/**
 * A producer of one destination. Connects with its first call; needs no worker, no BullMQ and no matching version. Throws
 * `invalid-configuration` for options that no worker could have.
 */
export function createProducer(options: ProducerOptions = {}): Producer {
  const { redisUrl, ...ref } = readProducerSettings(options, process.env)
  const { clock = systemClock } = options
  const register = createRegistrar()
  const connection = createProducerConnection(redisUrl)

  async function answer(input: unknown): Promise<EnqueueAnswer> {
    if (connection.isClosed()) throw producerClosed()
    const checked = checkIntent(input, clock.now())
    if (checked.kind === 'invalid') return refuseInvalid(checked)
    const { intent, traceparent } = checked
    try {
      const acceptance = await connection.use(async (redis) => {
        const store = openStore(redis, ref)
        const accepted = await submit(store, { intent, traceparent })
        // Not before: what a wrong server says to it must not cost the promise its answer.
        register(store)
        return accepted
      })
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
    status: (id) => connection.use((redis) => readCallback(openStore(redis, ref), id)),
    close: () => connection.close(),
  }
}

function refuseInvalid({
  id,
  reservedId,
  problems,
}: Extract<ReturnType<typeof checkIntent>, { kind: 'invalid' }>): EnqueueAnswer {
  const message = describeProblems(problems)
  return { kind: 'refused', id: id ?? reservedId, code: 'invalid-intent', message, problems }
}

/** Under this id lies what a newer version has written. Any other failure the next submission meets as well. */
function isAboutOne(error: unknown): error is RingbackError & { code: RefusalCode } {
  return error instanceof RingbackError && error.code === 'unknown-record'
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
