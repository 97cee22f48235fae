import type { RequestEnd } from './booking-store.ts'
import type { CoreEndpoint } from './core-api-state.ts'
import type { Fault } from './faults.ts'

/** What goes on, as it may be printed: numbers are masked, tokens absent. */
export type SandboxEvent =
  /** A request has arrived whole; nothing was decided yet. */
  | { kind: 'request'; at: string; request: number; nth: number; callId?: string; path: string }
  /** One to the core REST API. Its path is left out: the query in it holds a number. */
  | { kind: 'core-request'; at: string; on: CoreEndpoint; nth: number }
  | {
      kind: 'core-ending'
      at: string
      on: CoreEndpoint
      nth: number
      ending: RequestEnd
      code?: string
      fault?: Fault['do']
    }
  /** `nth`: 2 and more means that this call was booked twice. */
  | {
      kind: 'booking'
      at: string
      request: number
      nth: number
      callId: string
      recordId: string
      callbackNumber: string
    }
  /** Told just before the answer leaves, or the connection is cut. */
  | {
      kind: 'ending'
      at: string
      request: number
      callId?: string
      ending: RequestEnd
      code?: string
      fault?: Fault['do']
    }

export type SandboxListener = (event: SandboxEvent) => void

interface Waiter {
  condition: () => boolean
  resolve: () => void
  reject: (reason: unknown) => void
}

/** Tells listeners what goes on, and lets tests wait for a state without asking again and again. */
export class Events {
  readonly #listeners = new Set<SandboxListener>()
  readonly #waiters = new Set<Waiter>()
  #closed = false

  on(listener: SandboxListener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  emit(event: SandboxEvent): void {
    for (const listener of this.#listeners) listener(event)
    for (const waiter of this.#waiters) this.#check(waiter)
  }

  /** Resolves as soon as `condition` holds: asked now and after every event. Rejects when the sandbox closes first. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter = { condition, resolve, reject }
      this.#waiters.add(waiter)
      this.#check(waiter)
      if (this.#closed) this.#giveUp(waiter)
    })
  }

  close(): void {
    this.#closed = true
    for (const waiter of this.#waiters) this.#giveUp(waiter)
  }

  #check(waiter: Waiter): void {
    try {
      if (!waiter.condition()) return
      waiter.resolve()
    } catch (error) {
      waiter.reject(error)
    }
    this.#waiters.delete(waiter)
  }

  #giveUp(waiter: Waiter): void {
    this.#waiters.delete(waiter)
    waiter.reject(new Error('The sandbox was closed before what was waited for happened'))
  }
}
