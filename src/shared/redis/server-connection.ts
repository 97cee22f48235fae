import { Command, Redis, type RedisOptions } from 'ioredis'

import { messageOf } from '../errors/errors.ts'
import type { Clock } from '../time/clock.ts'
import { UnreadableReply } from './error-origin.ts'
import {
  isReply,
  redisErrorKind,
  refusals,
  withoutCode,
  type RedisErrorKind,
} from './redis-errors.ts'
import { RefusedConnection } from './refused-connection.ts'
import { toAnyServer, toPrimary } from './single-server.ts'
import type { Place } from './directory.ts'
import { leaveWrongServer, unableForMs, waitForRightServer } from './wrong-server.ts'

type SentCommand = Parameters<Redis['sendCommand']>[0]
type Stream = Parameters<Redis['sendCommand']>[1]

/** By what clock, and to which server. */
export interface Manner {
  clock: Clock
  /** Where there are several. */
  place?: Place | undefined
}

/** Between two tries while a slot moves. */
const movingRestMs = 100
/** Between two looks at whether all that was sent has been answered, and how long that is waited for. */
const leavingRestMs = 10
const leavingForMs = 1_000
/** Commands in one write. */
const mostTogether = 16

/**
 * ioredis takes a connection for good when some steps of its handshake have failed: after a refused SELECT it goes on in
 * database 0. Here each step must succeed, or nothing is sent and whoever waits is told why.
 */
class StrictConnection extends Redis {
  // No initial values: ioredis connects within its constructor, and they would overwrite what it has found by then.
  declare private refusal: string | undefined
  declare private loadingSinceMs: number | undefined
  /** Commands that the next write has by now. */
  declare private held: number
  /** What it is for has moved: it is to be ended as soon as all that was sent has been answered. */
  declare private isLeaving: boolean | undefined
  private readonly clock: Clock
  private readonly place: Place | undefined

  constructor(options: RedisOptions, { clock, place }: Manner) {
    super({ ...options, replyMapping: 'legacy' })
    this.clock = clock
    this.place = place
  }

  override sendCommand(command: SentCommand, stream?: Stream): unknown {
    if (this.status === 'connect') return this.sendInHandshake(command, stream)
    if (this.isLeaving === true && command instanceof Command) return this.hold(command)
    if (this.status === 'ready') this.writeTogether()
    return super.sendCommand(command, stream)
  }

  /**
   * What is sent until the event loop comes round goes in one write. A system call for each command costs a worker a tenth of its
   * time, and Redis as much of its own. But no more than so many: Redis is to be busy with the first while others are being made.
   */
  private writeTogether(): void {
    const { stream } = this
    if (stream.writableCorked === 0) setImmediate(() => stream.uncork())
    else if (this.held < mostTogether) {
      this.held += 1
      return
    } else stream.uncork()
    stream.cork()
    this.held = 1
  }

  private sendInHandshake(command: SentCommand, stream: Stream): unknown {
    if (command.name === 'info') {
      const refusal = this.refusal ?? this.loadingForTooLong()
      if (refusal !== undefined) {
        command.reject(new RefusedConnection(refusal))
        return command.promise
      }
      return this.askInfo(command, stream)
    }
    if (command.name === 'select') {
      this.refusal = undefined
      void command.promise.catch((error: unknown) => {
        // Without its code: there is one that ioredis goes on after.
        this.refusal = refusals.database(String(command.args[0]), withoutCode(messageOf(error)))
      })
    }
    return super.sendCommand(command, stream)
  }

  /** Where a user may not ask, ioredis would go on as well, and print a warning into the logs of whoever uses us. */
  private askInfo(command: SentCommand, stream: Stream): unknown {
    const question = new Command('info', [], { replyEncoding: 'utf8' })
    question.promise.then(
      (text: unknown) => {
        this.noteLoading(text)
        command.resolve(text)
      },
      (error: unknown) => {
        if (redisErrorKind(error) === 'forbidden') command.resolve('')
        else command.reject(error instanceof Error ? error : new Error(messageOf(error)))
      },
    )
    super.sendCommand(question, stream)
    return command.promise
  }

  /** The last step, INFO, is asked again and again while the server loads its data: a new connection may find another. */
  private loadingForTooLong(): string | undefined {
    const since = this.loadingSinceMs
    if (since === undefined || this.clock.monotonic() - since < unableForMs) return undefined
    this.loadingSinceMs = undefined
    return refusals.loading
  }

  /** What a server has said that is not ready yet; undefined where it is, or has said nothing. */
  notReadyBecause(): string | undefined {
    return this.loadingSinceMs === undefined ? undefined : refusals.loading
  }

  private noteLoading(info: unknown): void {
    const isLoading = /^loading:1/m.test(String(info))
    this.loadingSinceMs = isLoading ? (this.loadingSinceMs ?? this.clock.monotonic()) : undefined
  }

  /** ioredis hangs the arguments of a command on its error: a customer's number, for whatever prints an error and its fields. */
  override handleReconnection(...[error, item]: Parameters<Redis['handleReconnection']>): void {
    if ('command' in error) delete error.command
    const kind = redisErrorKind(error)
    const isElsewhere = this.isMoved(kind, error) || (kind === 'moving' && this.place !== undefined)
    if (!isElsewhere || !(item.command instanceof Command)) {
      super.handleReconnection(error, item)
      return
    }
    if (kind === 'moved') void this.leave()
    void this.sendLater(item.command)
  }

  /** Whatever was sent in the same moment is told the same: ended before it has heard it, its callers would hear that it is lost. */
  private async leave(): Promise<void> {
    if (this.isLeaving === true || this.status !== 'ready') return
    this.isLeaving = true
    // Not before: what is queued by then is rejected with all that the connection has not answered.
    this.once('close', () => {
      this.isLeaving = false
      if (this.options.enableOfflineQueue !== true) queueUntilConnected(this)
    })
    const { stream } = this
    const isStillThere = () => this.status === 'ready' && this.stream === stream
    const untilMs = this.clock.monotonic() + leavingForMs
    const isAnswered = () => this.commandQueue.length === 0 || this.clock.monotonic() >= untilMs
    do await this.clock.sleep(leavingRestMs)
    while (isStillThere() && !isAnswered())
    if (isStillThere()) this.disconnect(true)
  }

  private hold(command: Command): Promise<unknown> {
    const { commandTimeout } = this.options
    // By ioredis it would be given one when it is sent, which may never come.
    if (commandTimeout !== undefined) command.setTimeout(commandTimeout)
    void this.sendLater(command)
    return command.promise
  }

  /** Of a key that is not of this connection's slot it would be said for ever. */
  private isMoved(kind: RedisErrorKind, { message }: Error): boolean {
    return kind === 'moved' && Number(/MOVED (\d+)/.exec(message)?.[1]) === this.place?.slot
  }

  /** What a slot holds is with another node, or on its way there. Nothing was done; it is not said until a command's time is over. */
  private async sendLater(command: SentCommand): Promise<void> {
    const canTake = () => this.status === 'ready' || this.options.enableOfflineQueue === true
    do await this.clock.sleep(movingRestMs)
    while (!command.isSettled && !canTake() && this.status !== 'end')
    if (!command.isSettled) this.sendCommand(command)
  }

  /**
   * Between two tries to connect, ioredis' own ends the tries and nothing else: whoever waits for an answer waits for ever. As one
   * that nobody has opened yet, it is ended, and says so.
   */
  override disconnect(reconnect = false): void {
    if (!reconnect && this.status === 'reconnecting') this.status = 'wait'
    super.disconnect(reconnect)
  }

  /** Rejects everything that waits: as a refused connection, which no caller takes for an answer to its own command. */
  override recoverFromFatalError(
    ...[command, error, options]: Parameters<Redis['recoverFromFatalError']>
  ): void {
    super.recoverFromFatalError(command, explainFatal(error), options)
  }
}

/** A server that refuses in its handshake, or a reply that Node cannot make a text of: half a gigabyte and more. */
function explainFatal(error: Error): Error {
  if (isReply(error)) return new RefusedConnection(error.message)
  const isTooLarge =
    error instanceof RangeError || error.message.startsWith('Cannot create a string')
  if (!isTooLarge) return error
  return new UnreadableReply('a reply is larger than this process can hold', { cause: error })
}

/** Says at once what is wrong, and leaves a server that has become the wrong one. */
export class FailingFastConnection extends StrictConnection {
  constructor(options: RedisOptions, manner: Manner) {
    const Connector = toAnyServer(options, manner.place)
    super({ ...options, Connector, reconnectOnError: leaveWrongServer }, manner)
  }
}

export interface PatientManner extends Manner {
  isFor: 'writing' | 'reading'
  /** Hears of it, and of every one that is made of it. */
  opened?: ((connection: Redis) => void) | undefined
}

/** Waits for a server, however long that takes. What BullMQ makes of it, for its blocking reads, does the same. */
export class PatientConnection extends StrictConnection {
  constructor(options: RedisOptions, manner: PatientManner) {
    const { clock, place, isFor, opened } = manner
    const Connector = isFor === 'writing' ? toPrimary(options, place) : toAnyServer(options, place)
    const reconnectOnError = waitForRightServer(() => clock.monotonic())
    super({ ...options, Connector, reconnectOnError }, manner)
    // Not overridden, because its type speaks of any kind of replies; ours are always of one.
    Object.assign(this, {
      duplicate: (override: RedisOptions) =>
        new PatientConnection({ ...this.options, ...override }, manner),
    })
    opened?.(this)
  }
}

/** What is asked first of a node that is opened when it is needed. It is refused as soon as that has failed once. */
export function queueUntilConnected(redis: Redis): void {
  redis.options.enableOfflineQueue = true
  const noMore = () => (redis.options.enableOfflineQueue = false)
  redis.once('ready', noMore)
  redis.once('close', noMore)
}
