import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { TokenSource } from '../../../src/salesforce/token-source.ts'
import {
  callbackClient,
  exampleRecordId,
  exampleRequest,
  tokenSource,
} from './support/callback-client.ts'
import { json, webServer, type Respond } from './support/local-peer.ts'

/** Refuses the token it sees first, as Salesforce would after an administrator has changed the certificate. */
function refusingFirstToken(): Respond {
  let refused: string | undefined
  return (response, { headers }) => {
    refused ??= headers.authorization
    if (headers.authorization === refused) json(response, 401, { message: 'Unauthorized' })
    else json(response, 200, { recordId: exampleRecordId })
  }
}

function distinct(texts: (string | undefined)[]): number {
  return new Set(texts.map((text = '') => createHash('sha256').update(text).digest('hex'))).size
}

describe('a 401', () => {
  it('is answered with a new token and the same request, once', async () => {
    const server = await webServer(refusingFirstToken())
    const client = callbackClient({ baseUrl: server.baseUrl })

    expect(await client.requestCallback(exampleRequest)).toMatchObject({
      kind: 'answered',
      status: 200,
      recordId: exampleRecordId,
    })

    expect(server.seen).toHaveLength(2)
    const [first, second] = server.seen.map(
      ({ path, headers: { authorization, ...headers }, body }) => ({
        authorization,
        rest: { path, headers, body },
      }),
    )
    expect(second?.rest).toEqual(first?.rest)
    expect(second?.authorization).not.toBe(first?.authorization)
  })

  it('that comes again is the answer: there is no third request', async () => {
    const server = await webServer((response) => json(response, 401, { code: 'INVALID_AUTH' }))
    const client = callbackClient({ baseUrl: server.baseUrl })
    expect(await client.requestCallback(exampleRequest)).toMatchObject({
      kind: 'answered',
      status: 401,
      errors: [{ code: 'INVALID_AUTH' }],
    })
    expect(server.seen).toHaveLength(2)
  })

  it('of many attempts at once costs one new token for all of them', async () => {
    const server = await webServer(refusingFirstToken())
    const client = callbackClient({ baseUrl: server.baseUrl })
    const attempts = Array.from({ length: 20 }, () => client.requestCallback(exampleRequest))
    for (const answer of await Promise.all(attempts)) expect(answer).toMatchObject({ status: 200 })
    expect(distinct(server.seen.map(({ headers }) => headers.authorization))).toBe(2)
  })

  it('is answered with a fresh single-use token when tokens are single-use', async () => {
    const server = await webServer((response) => json(response, 401, {}))
    const client = callbackClient({ baseUrl: server.baseUrl, tokens: tokenSource({ jti: true }) })
    await client.requestCallback(exampleRequest)
    await client.requestCallback(exampleRequest)
    expect(server.seen).toHaveLength(4)
    expect(distinct(server.seen.map(({ headers }) => headers.authorization))).toBe(4)
  })

  it('stays the answer when no new token can be minted', async () => {
    const server = await webServer((response) => json(response, 401, {}))
    const tokens: TokenSource = {
      token: () => Promise.resolve('first'),
      renew: () => Promise.reject(new Error('the key is gone')),
    }
    const client = callbackClient({ baseUrl: server.baseUrl, tokens })
    expect(await client.requestCallback(exampleRequest)).toMatchObject({
      kind: 'answered',
      status: 401,
    })
    expect(server.seen).toHaveLength(1)
  })

  it('leaves the second request only the rest of the time', async () => {
    let now = 0
    const clock = {
      now: () => now,
      monotonic: () => now,
      sleep: () => Promise.reject(new Error('nothing here sleeps')),
    }
    const server = await webServer((response, _seen, index) => {
      if (index > 0) return
      now += 9_500
      json(response, 401, {})
    })
    const client = callbackClient({ baseUrl: server.baseUrl, timeoutMs: 10_000, clock })
    const startedAt = performance.now()
    expect(await client.requestCallback(exampleRequest)).toMatchObject({
      kind: 'failed',
      sent: true,
      code: 'timeout',
    })
    expect(server.seen).toHaveLength(2)
    expect(performance.now() - startedAt).toBeLessThan(9_500)
  })

  it('that took all the time is not followed by a second request', async () => {
    let now = 0
    const clock = {
      now: () => now,
      monotonic: () => now,
      sleep: () => Promise.reject(new Error('nothing here sleeps')),
    }
    const server = await webServer((response) => {
      now += 10_000
      json(response, 401, {})
    })
    const client = callbackClient({ baseUrl: server.baseUrl, timeoutMs: 10_000, clock })
    expect(await client.requestCallback(exampleRequest)).toMatchObject({
      kind: 'answered',
      status: 401,
    })
    expect(server.seen).toHaveLength(1)
  })
})

describe('a token that cannot be minted', () => {
  it('ends the attempt before anything is sent, and its reason gives nothing away', async () => {
    const server = await webServer((response) => json(response, 200, {}))
    const tokens: TokenSource = {
      token: () =>
        Promise.reject(new Error('bad key for eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln')),
      renew: () => Promise.reject(new Error('unused')),
    }
    const client = callbackClient({ baseUrl: server.baseUrl, tokens })
    expect(await client.requestCallback(exampleRequest)).toMatchObject({
      kind: 'failed',
      sent: false,
      code: 'token-unavailable',
      message: 'No token could be minted: bad key for [token]',
    })
    expect(server.connections()).toBe(0)
  })
})
