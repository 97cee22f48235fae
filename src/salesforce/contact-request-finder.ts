import type { ProxyConfig } from '../shared/config/proxy.ts'
import { setMaxListeners } from 'node:events'

import type {
  ContactRequestQuery,
  ContactRequestSearch,
} from '../shared/delivery/contact-request-search.ts'
import type { StepSubject } from '../shared/telemetry/steps.ts'
import type { Clock } from '../shared/time/clock.ts'
import {
  createAccessTokens,
  type AccessToken,
  type TokenEndpoint,
  type TokenObserver,
} from './access-tokens.ts'
import { createExchanger, type HttpResult } from './exchange.ts'
import { readContactRequests } from './read-contact-requests.ts'
import { contactRequestSoql, queryUrl, type QueryAddress } from './soql.ts'

/** Asks Salesforce's core REST API what it holds. Changes nothing there, so asking twice is harmless. */
export interface ContactRequestFinder {
  /** One query, or two when the first is answered with 401. Does not reject for trouble on the way. */
  search(query: ContactRequestQuery, conditions?: SearchConditions): Promise<ContactRequestSearch>
  /** Closes the kept connections. */
  close(): void
}

export interface SearchConditions {
  readonly signal?: AbortSignal | undefined
  /** What the steps of the search say of it. */
  readonly about?: StepSubject
}

export interface ContactRequestFinderOptions extends QueryAddress, TokenEndpoint {
  readonly byCallId: boolean
  /** Bounds a search as a whole. */
  readonly timeoutMs: number
  readonly clock: Clock
  /** PEM. Trusted besides the public authorities. */
  readonly certificateAuthority?: string | undefined
  readonly proxy?: ProxyConfig | undefined
  readonly onToken?: TokenObserver | undefined
}

/** One number is seldom booked more than twice within minutes; more than these would be told as incomplete. */
const limit = 50

export function createContactRequestFinder(
  options: ContactRequestFinderOptions,
): ContactRequestFinder {
  const { clock, timeoutMs, onToken } = options
  const exchanger = createExchanger(options)
  const tokens = createAccessTokens({ endpoint: options, exchanger, clock, onAnswer: onToken })

  const search = async (query: ContactRequestQuery, { signal, about = {} }: SearchConditions) => {
    const startedAt = clock.now()
    // A clock that is set back must not make the search longer. No time left is told by the exchange that has 1 ms.
    const remainingMs = () => Math.max(1, timeoutMs - Math.max(0, clock.now() - startedAt))
    const url = queryUrl(options, contactRequestSoql(query, { ...options, limit }))
    const sentTokens: string[] = []
    const ask = (token: string) => {
      sentTokens.push(token)
      return exchanger.exchange({
        step: 'query',
        about,
        method: 'GET',
        url,
        headers: { authorization: `Bearer ${token}` },
        timeoutMs: remainingMs(),
        signal,
      })
    }
    const read = (result: HttpResult) =>
      readContactRequests(result, {
        callbackNumber: query.callbackNumber,
        tokens: sentTokens,
        limit,
        nowMs: clock.now(),
      })

    const token = await orAborted(tokens.token(remainingMs()), signal)
    if (token.kind !== 'granted') return token
    const first = await ask(token.text)
    if (first.kind === 'failed' || first.status !== 401) return read(first)
    const renewed = await orAborted(tokens.renew(token.text, remainingMs()), signal)
    return renewed.kind === 'granted' ? read(await ask(renewed.text)) : renewed
  }

  return {
    search: (query, conditions = {}) => search(query, conditions),
    close: () => exchanger.close(),
  }
}

/** A token is fetched for all who wait for it; one of them may leave. */
async function orAborted(
  token: Promise<AccessToken>,
  signal: AbortSignal | undefined,
): Promise<AccessToken> {
  if (!signal) return token
  const aborted: AccessToken = {
    kind: 'unavailable',
    code: 'aborted',
    message: 'The search was aborted while waiting for an access token.',
    retryAfterMs: undefined,
  }
  if (signal.aborted) return aborted
  // As many may wait as there are attempts under way.
  setMaxListeners(0, signal)
  return new Promise((resolve, reject) => {
    const leave = () => resolve(aborted)
    signal.addEventListener('abort', leave, { once: true })
    token.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
  })
}
