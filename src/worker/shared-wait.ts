import { setImmediate as turnOver } from 'node:timers/promises'

import { rest } from '../shared/lifecycle/rest.ts'
import { errorOrigin } from '../shared/redis/error-origin.ts'
import type { Redis } from '../shared/redis/connection.ts'
import type { DestinationRef } from '../shared/redis/keys.ts'
import { redisErrorKind } from '../shared/redis/redis-errors.ts'
import { clientIdOf, unblockClient } from '../shared/store/server/blocked-client.ts'
import type { Clock } from '../shared/time/clock.ts'

/** A place among those who wait by one command. */
export interface Seat<Reply> {
  /** What comes for its destination within `ms`; undefined: nothing, or it was left. Rejects with what is wrong there. */
  wait(ms: number): Promise<Reply | undefined>
  /** Whoever waits here waits no longer; what was being given still reaches him. */
  wake(): void
  /** Whether anybody else waits by the same command. */
  isShared(): boolean
  /** Whoever waits here waits until nothing more can be given to him, and no longer; what was being given still reaches him. */
  leave(): void
}

export interface Sharing<Reply> {
  /** On which nobody waits, to the same server. */
  command: Redis
  /** A connection of its own, to wait on, which it closes. */
  open: () => Redis
  /** Waits for something to come for one of these, for `ms` or, undefined, not at all. `closed`: nobody needs it any more. */
  ask: (redis: Redis, refs: readonly DestinationRef[], wish: Wish) => Promise<Replies<Reply>>
  /** A wait ends when its time is over, and not at the next tick of Redis' own timer, which may be a tenth of a second later. */
  isPunctual: boolean
  clock: Clock
}

export interface Wish {
  ms: number | undefined
  isShared: boolean
  closed: AbortSignal
}

export type Replies<Reply> = ReadonlyMap<DestinationRef, Reply>

/**
 * Redis goes through all that are waited for whenever somebody begins to wait: about two microseconds each, in which it answers
 * nobody else.
 */
const mostTogether = 50
/** A connection that died is noticed by then, and whoever comes after one was lost waits no longer until he is among those asked for. */
const longestMs = 1_000
/** The same, where the user may not end a wait. */
const longestUnendedMs = 100
/** Who waits for so long, as somebody who looks now and then whether he has missed anything, */
const longWaitMs = 5_000
/** is woken so much too soon when others are, and waits together with them from then on. */
const earlyMs = 1_000
/** Between the two tries to end a wait that may not have begun. */
const againMs = 2
/** By so much later a wait ends by itself that was to be ended when its time was over. */
const lateMs = 100
const mostTries = 20
const lostRestMs = 100

interface Waiter<Reply> {
  untilMs: number
  /** From then on it is woken when others are. */
  mayEndMs: number
  settle: (reply: Reply | undefined) => void
  fail: (error: unknown) => void
}

interface Call {
  refs: ReadonlySet<DestinationRef>
  /** By which it can be ended. Undefined: it cannot. */
  clientId: Promise<number | undefined> | undefined
  isInterrupted: boolean
}

/**
 * One blocking command, on one connection, for many destinations of a server: three hundred that are idle cost as much as one. Whoever
 * begins to wait ends the wait of the others, and that begins anew with him among them.
 */
export function shareWaits<Reply>(sharing: Sharing<Reply>): (ref: DestinationRef) => Seat<Reply> {
  const tables = new Set<Table<Reply>>()
  return (ref) => {
    const free = [...tables].find((each) => each.seats.size < mostTogether)
    const table = free ?? new Table(sharing)
    tables.add(table)
    table.seats.add(ref)
    return {
      wait: (ms) => table.wait(ref, ms),
      wake: () => table.wake(ref),
      isShared: () => table.seats.size > 1,
      leave: () => {
        if (table.leave(ref)) tables.delete(table)
      },
    }
  }
}

class Table<Reply> {
  readonly seats = new Set<DestinationRef>()
  readonly #sharing: Sharing<Reply>
  readonly #redis: Redis
  readonly #closing = new AbortController()
  readonly #waiters = new Map<DestinationRef, Waiter<Reply>>()
  #isServing = false
  #mayUnblock = true
  #call: Call | undefined
  /** Until the connection is another one. */
  #knownId: Promise<number | undefined> | undefined

  constructor(sharing: Sharing<Reply>) {
    this.#sharing = sharing
    this.#redis = sharing.open()
    this.#redis.on('close', () => (this.#knownId = undefined))
  }

  wait(ref: DestinationRef, ms: number): Promise<Reply | undefined> {
    if (!this.seats.has(ref)) return Promise.resolve(undefined)
    return new Promise((settle, fail) => {
      const { clock } = this.#sharing
      const untilMs = clock.monotonic() + ms
      const mayEndMs = ms < longWaitMs ? untilMs : untilMs - earlyMs
      this.#waiters.set(ref, { untilMs, mayEndMs, settle, fail })
      if (!this.#isServing) void this.#serve()
      else if (this.#call?.refs.has(ref) === false) void this.#interrupt(this.#call)
    })
  }

  wake(ref: DestinationRef): void {
    const waiter = this.#waiters.get(ref)
    if (waiter === undefined) return
    waiter.untilMs = waiter.mayEndMs = this.#sharing.clock.monotonic()
    if (this.#call !== undefined) void this.#interrupt(this.#call)
  }

  /** True: it was the last one, and the connection is closed. */
  leave(ref: DestinationRef): boolean {
    if (!this.seats.delete(ref)) return false
    const call = this.#call
    const isAskedFor = call?.refs.has(ref) === true
    if (!isAskedFor) this.#take(ref)?.settle(undefined)
    if (this.seats.size > 0) {
      if (isAskedFor) void this.#interrupt(call)
      return false
    }
    this.#closing.abort()
    this.#redis.disconnect()
    return true
  }

  async #serve(): Promise<void> {
    this.#isServing = true
    while (this.#waiters.size > 0) {
      // Who was given something, or has begun to wait with others, is among those who are asked for next.
      if (this.seats.size > 1) await turnOver()
      await this.#askForAll()
    }
    this.#isServing = false
  }

  async #askForAll(): Promise<void> {
    const refs = [...this.#waiters.keys()]
    const ms = this.#msToWait()
    const hasAlarm = this.#sharing.isPunctual && this.#mayUnblock && ms < longestMs
    const call = { refs: new Set(refs), clientId: this.#clientId(), isInterrupted: false }
    const ended = new AbortController()
    this.#call = call
    if (hasAlarm) void this.#interruptAfter(ms, call, ended.signal)
    try {
      this.#give(await this.#ask(refs, hasAlarm ? ms + lateMs : ms))
    } catch (error) {
      await this.#endFailed(refs, error)
    } finally {
      this.#call = undefined
      ended.abort()
    }
    this.#endOverdue()
  }

  #ask(refs: readonly DestinationRef[], ms: number | undefined): Promise<Replies<Reply>> {
    const { signal: closed } = this.#closing
    return this.#sharing.ask(this.#redis, refs, { ms, isShared: this.seats.size > 1, closed })
  }

  #msToWait(): number {
    const nextMs = Math.min(...[...this.#waiters.values()].map(({ untilMs }) => untilMs))
    const longest = this.#mayUnblock || this.seats.size === 1 ? longestMs : longestUnendedMs
    const ms = Math.min(longest, nextMs - this.#sharing.clock.monotonic())
    // Not 0, for ever.
    return Math.max(1, Math.ceil(ms))
  }

  #give(replies: Replies<Reply>): void {
    for (const [ref, reply] of replies) this.#take(ref)?.settle(reply)
  }

  #endOverdue(): void {
    const nowMs = this.#sharing.clock.monotonic()
    for (const [ref, { mayEndMs }] of this.#waiters) {
      if (mayEndMs <= nowMs || !this.seats.has(ref)) this.#take(ref)?.settle(undefined)
    }
  }

  #take(ref: DestinationRef): Waiter<Reply> | undefined {
    const waiter = this.#waiters.get(ref)
    this.#waiters.delete(ref)
    return waiter
  }

  /** What Redis says is wrong with one of them it says to all. */
  async #endFailed(refs: readonly DestinationRef[], error: unknown): Promise<void> {
    const [ref, another] = refs
    if (this.#closing.signal.aborted || ref === undefined) return
    if (errorOrigin(error) === 'connection') await this.#sharing.clock.sleep(lostRestMs)
    else if (another === undefined) this.#take(ref)?.fail(error)
    else for (const each of refs) await this.#askAlone(each)
  }

  async #askAlone(ref: DestinationRef): Promise<void> {
    try {
      this.#give(await this.#ask([ref], undefined))
    } catch (error) {
      this.#take(ref)?.fail(error)
    }
  }

  #clientId(): Promise<number | undefined> | undefined {
    if (!this.#mayUnblock) return undefined
    this.#knownId ??= clientIdOf(this.#redis).catch((error: unknown) => {
      this.#knownId = undefined
      this.#noteRefusal(error)
      return undefined
    })
    return this.#knownId
  }

  #noteRefusal(error: unknown): void {
    if (redisErrorKind(error) === 'forbidden') this.#mayUnblock = false
  }

  async #interruptAfter(ms: number, call: Call, ended: AbortSignal): Promise<void> {
    await rest(this.#sharing.clock, ms, ended)
    if (!ended.aborted) await this.#interrupt(call)
  }

  /** It ends by itself, if it cannot be ended. */
  async #interrupt(call: Call): Promise<void> {
    if (call.isInterrupted) return
    call.isInterrupted = true
    const clientId = await call.clientId
    if (clientId === undefined) return
    const { command, clock } = this.#sharing
    for (let tries = 0; tries < mostTries && this.#call === call; tries += 1) {
      if (tries > 0) await clock.sleep(againMs)
      const isDone = await unblockClient(command, clientId).catch((error: unknown) =>
        this.#noteRefusal(error),
      )
      if (isDone === true) return
    }
  }
}
