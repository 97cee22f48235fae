import type { Clock } from '../shared/time/clock.ts'
import type { RequestEnd } from './booking-store.ts'
import { CoreTokens, type CoreRules } from './core-tokens.ts'

export type CoreEndpoint = 'token' | 'query'

export interface CoreCounts {
  token: number
  query: number
  /** By status, or by how they ended without one. */
  endings: Record<string, number>
}

/** What answering for the core REST API needs. Of its requests only counts are kept: they hold secrets and numbers. */
export class CoreApiState {
  readonly tokens: CoreTokens
  #arrived: Record<CoreEndpoint, number> = { token: 0, query: 0 }
  #endings = new Map<string, number>()

  constructor(rules: CoreRules, clock: Clock) {
    this.tokens = new CoreTokens(rules, clock)
  }

  /** 1 for the first request to this endpoint. */
  receive(on: CoreEndpoint): number {
    return (this.#arrived[on] += 1)
  }

  end(ending: RequestEnd): void {
    this.#endings.set(String(ending), (this.#endings.get(String(ending)) ?? 0) + 1)
  }

  counts(): CoreCounts {
    return { ...this.#arrived, endings: Object.fromEntries(this.#endings) }
  }

  /** As after the start: nothing received, no token granted. */
  clear(): void {
    this.#arrived = { token: 0, query: 0 }
    this.#endings = new Map()
    this.tokens.forget()
  }
}
