import { createPublicKey, createSecretKey, generateKeyPairSync } from 'node:crypto'
import { getEventListeners } from 'node:events'
import type { ServerResponse } from 'node:http'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'

import type { Fault } from '../../../src/sandbox/faults.ts'
import type { Sandbox } from '../../../src/sandbox/sandbox.ts'
import type { ContactRequestSearch } from '../../../src/shared/delivery/contact-request-search.ts'
import {
  createContactRequestFinder,
  type ContactRequestFinder,
  type ContactRequestFinderOptions,
} from '../../../src/salesforce/contact-request-finder.ts'
import { goodBody, heldClock, nowMs, post, start } from '../sandbox/client.ts'
import { closedPort, json, webServer } from './support/local-peer.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const core = {
  clientId: '3MVG9.consumer',
  username: 'ringback@acme.example',
  publicKey: createPublicKey(privateKey),
  clientSecret: 'consumer&secret+%',
}
const jwtBearer = {
  kind: 'jwt-bearer',
  username: core.username,
  privateKey,
  audience: 'https://login.salesforce.com',
} as const
const callbackNumber = goodBody.callbackNumber
const voiceCall = '0LQRM0000006CSz4AM'
const query = { callbackNumber, callId: 'vendor-1', sinceMs: nowMs }

let clock: ReturnType<typeof heldClock>
let sandbox: Sandbox
let finder: ContactRequestFinder

function finderFor(
  instanceUrl: string,
  options: Partial<ContactRequestFinderOptions> = {},
): ContactRequestFinder {
  const made = createContactRequestFinder({
    instanceUrl,
    tokenUrl: `${instanceUrl}/services/oauth2/token`,
    apiVersion: 'v66.0',
    clientId: core.clientId,
    credential: jwtBearer,
    byCallId: false,
    timeoutMs: 5_000,
    clock,
    ...options,
  })
  onTestFinished(() => made.close())
  return made
}

/** Grants tokens as it is told, and never answers a query. */
async function coreServer(grant: (response: ServerResponse) => void): Promise<URL> {
  const { baseUrl } = await webServer((response, { path }) => {
    if (path.startsWith('/services/oauth2')) grant(response)
  })
  return new URL(baseUrl)
}

beforeEach(async () => {
  clock = heldClock()
  sandbox = await start({ clock, core })
  onTestFinished(() => sandbox.close())
  finder = finderFor(sandbox.url)
})

describe('a search', () => {
  it('finds what was booked for the number since then, oldest first, and nothing else', async () => {
    await post(sandbox, { callId: 'vendor-0' })
    clock.advance(2_000)
    await post(sandbox, { callId: 'vendor-1' })
    clock.advance(1_000)
    await post(sandbox, { callId: 'vendor-2' })
    await post(sandbox, { body: { callbackNumber: '+4930123456' } })
    const recordIds = sandbox.bookings().map(({ recordId }) => recordId)

    expect(await finder.search({ ...query, sinceMs: nowMs + 2_400 })).toEqual({
      kind: 'found',
      recordIds: recordIds.slice(1, 3),
      complete: true,
    })
    expect(await finder.search({ ...query, callbackNumber: '+15550100' })).toEqual({
      kind: 'found',
      recordIds: [],
      complete: true,
    })
  })

  it('finds what was booked for the number also where the org writes numbers its own way', async () => {
    await post(sandbox, { callId: 'vendor-1' })
    await post(sandbox, { body: { callbackNumber: '+12125791189' } })
    sandbox.setFaults([{ do: 'reformat' }])
    const search = await finder.search(query)
    // The second one is written `(212) 579-1189`: that might be the number with another area code.
    expect(search).toMatchObject({ kind: 'found', complete: false })
    expect(search).toMatchObject({ recordIds: [sandbox.bookingsOf('vendor-1')[0]?.recordId] })
  })

  it('finds the booking of one call among several when it is told to ask for it', async () => {
    await post(sandbox, { callId: 'vendor-1' })
    await post(sandbox, { callId: voiceCall })
    const byCall = finderFor(sandbox.url, { byCallId: true })
    expect(await byCall.search({ ...query, callId: voiceCall.slice(0, 15) })).toMatchObject({
      recordIds: [sandbox.bookingsOf(voiceCall)[0]?.recordId],
    })
  })

  it('gets its token by a client secret just as well', async () => {
    const clientSecret = createSecretKey(core.clientSecret, 'utf8')
    const bySecret = finderFor(sandbox.url, {
      credential: { kind: 'client-credentials', clientSecret },
    })
    expect(await bySecret.search(query)).toMatchObject({ kind: 'found' })
  })

  it('says that there may be more when it has got all that it asked for', async () => {
    const record = { Id: '0TzLT00000000w50AA', PreferredPhone: callbackNumber }
    const { origin } = new URL(
      (
        await webServer((response, { path }) =>
          path.startsWith('/services/oauth2')
            ? json(response, 200, { access_token: 't' })
            : json(response, 200, { done: true, records: Array(50).fill(record) }),
        )
      ).baseUrl,
    )
    expect(await finderFor(origin).search(query)).toMatchObject({ kind: 'found', complete: false })
  })

  it('asks for one token, however many search at once, and keeps it', async () => {
    await Promise.all(Array.from({ length: 20 }, () => finder.search(query)))
    await finder.search(query)
    expect(sandbox.coreCounts()).toEqual({ token: 1, query: 21, endings: { 200: 22 } })
  })

  it('tells of each answer of the token endpoint, and of no token that it kept', async () => {
    const told: string[] = []
    const onToken = ({ kind }: { kind: string }) => told.push(kind)
    const telling = finderFor(sandbox.url, { onToken })
    await telling.search(query)
    await telling.search(query)
    await finderFor(sandbox.url, { onToken, clientId: 'other' }).search(query)
    expect(told).toEqual(['granted', 'failed'])
  })

  it('asks for a new token once the old one may be too old, and when the clock is set back', async () => {
    await finder.search(query)
    clock.advance(10 * 60_000)
    await finder.search(query)
    clock.advance(-60_000)
    await finder.search(query)
    expect(sandbox.coreCounts().token).toBe(3)
  })
})

describe('a 401', () => {
  it('is answered with one new token and the same query', async () => {
    await post(sandbox)
    await finder.search(query)
    sandbox.setFaults([{ do: 'unauthorized', on: 'query', times: 1 }])
    expect(await finder.search(query)).toMatchObject({ kind: 'found', complete: true })
    expect(sandbox.coreCounts()).toMatchObject({ token: 2, query: 3 })
  })

  it('of many searches at once costs one new token for all of them', async () => {
    await finder.search(query)
    sandbox.reset()
    const searches = await Promise.all(Array.from({ length: 10 }, () => finder.search(query)))
    expect(searches.every(({ kind }) => kind === 'found')).toBe(true)
    expect(sandbox.coreCounts().token).toBe(1)
  })

  it('that comes again is final: another token would fare no better', async () => {
    sandbox.setFaults([{ do: 'unauthorized', on: 'query' }])
    expect(await finder.search(query)).toMatchObject({ kind: 'failed', code: 'unauthorized' })
    expect(sandbox.coreCounts()).toMatchObject({ token: 2, query: 2 })
  })

  it('is not final while no new token can be got', async () => {
    await finder.search(query)
    sandbox.setFaults([
      { do: 'unauthorized', on: 'query' },
      { do: 'break', on: 'token' },
    ])
    expect(await finder.search(query)).toMatchObject({
      kind: 'unavailable',
      code: 'token-unavailable',
    })
  })
})

describe('trouble', () => {
  const unavailable = (code: string) => ({ kind: 'unavailable', code }) as const
  const failed = (code: string) => ({ kind: 'failed', code }) as const

  it.each<[Fault, Partial<ContactRequestSearch>]>([
    [
      { do: 'break', on: 'query', retryAfter: 3 },
      { ...unavailable('http-503'), retryAfterMs: 3_000 },
    ],
    [{ do: 'break', on: 'query', status: 502, body: 'html' }, unavailable('http-502')],
    [{ do: 'limit', on: 'query' }, unavailable('limit-exceeded')],
    [{ do: 'cut', on: 'query' }, unavailable('reset')],
    [{ do: 'redirect', on: 'query' }, unavailable('redirected')],
    [{ do: 'garbage', on: 'query' }, unavailable('unreadable-answer')],
    [{ do: 'refuse', on: 'query' }, failed('forbidden')],
    [{ do: 'refuse', on: 'query', status: 404 }, failed('query-refused')],
    [
      { do: 'break', on: 'token', retryAfter: 3 },
      { ...unavailable('token-unavailable'), retryAfterMs: 3_000 },
    ],
    [{ do: 'limit', on: 'token' }, unavailable('token-unavailable')],
    [{ do: 'redirect', on: 'token' }, unavailable('token-unavailable')],
    [{ do: 'garbage', on: 'token' }, unavailable('token-unavailable')],
    [{ do: 'cut', on: 'token' }, unavailable('token-reset')],
    [{ do: 'refuse', on: 'token' }, failed('token-refused')],
    [{ do: 'refuse', on: 'token', code: 'unknown_error' }, unavailable('token-unavailable')],
    [{ do: 'unauthorized', on: 'token' }, failed('token-refused')],
  ])('%j makes the search %j, and the next one asks again', async (fault, search) => {
    sandbox.setFaults([{ ...fault, times: 1 }])
    expect(await finder.search(query)).toMatchObject(search)
    expect(await finder.search(query)).toMatchObject({ kind: 'found' })
  })

  it.each(['query', 'token'] as const)(
    'a %s that is never answered ends with the time',
    async (on) => {
      sandbox.setFaults([{ do: 'stall', on }])
      const brief = finderFor(sandbox.url, { timeoutMs: 150 })
      const code = on === 'token' ? 'token-timeout' : 'timeout'
      expect(await brief.search(query)).toMatchObject({ kind: 'unavailable', code })
    },
  )

  it.each(['query', 'token'] as const)(
    'a %s that is never answered ends when the caller has to leave, and leaves nothing behind',
    async (on) => {
      sandbox.setFaults([{ do: 'stall', on }])
      const leaving = new AbortController()
      const search = finder.search(query, { signal: leaving.signal })
      await sandbox.until(() => sandbox.coreCounts().endings['stalled'] === 1)
      leaving.abort()
      expect(await search).toMatchObject({ kind: 'unavailable', code: 'aborted' })
      expect(getEventListeners(leaving.signal, 'abort')).toHaveLength(0)
    },
  )

  it.each([
    ['has only the time that its token has left it', 59_900, 60_000],
    ['takes no longer because the clock was set back meanwhile', -3_600_000, 2_000],
  ])('a query that is never answered %s', async (_, advanceMs, timeoutMs) => {
    const { origin } = await coreServer((response) => {
      clock.advance(advanceMs)
      json(response, 200, { access_token: 't' })
    })
    const search = finderFor(origin, { timeoutMs }).search(query)
    expect(await search).toMatchObject({ kind: 'unavailable', code: 'timeout' })
  })

  it('a caller that had to leave before waits for no token', async () => {
    sandbox.setFaults([{ do: 'stall', on: 'token' }])
    const slow = finderFor(sandbox.url, { timeoutMs: 60_000 })
    expect(await slow.search(query, { signal: AbortSignal.abort() })).toMatchObject({
      code: 'aborted',
    })
  })

  it('a search that is done leaves nothing behind at its caller', async () => {
    const staying = new AbortController()
    expect(await finder.search(query, { signal: staying.signal })).toMatchObject({ kind: 'found' })
    expect(getEventListeners(staying.signal, 'abort')).toHaveLength(0)
  })

  it.each([201, 203])('an answer with %i grants no token, whatever it says', async (status) => {
    const { origin } = await coreServer((response) => {
      json(response, status, { access_token: 't' })
    })
    expect(await finderFor(origin).search(query)).toMatchObject(unavailable('token-unavailable'))
  })

  it('a caller that leaves takes no token away from those who stay', async () => {
    sandbox.setFaults([{ do: 'slow', on: 'token', delayMs: 800, times: 1 }])
    const leaving = new AbortController()
    const left = finder.search(query, { signal: leaving.signal })
    const stays = finder.search(query)
    const sleep = await clock.nextSleep()
    leaving.abort()
    expect(await left).toMatchObject({ code: 'aborted' })
    sleep.end()
    expect(await stays).toMatchObject({ kind: 'found' })
    expect(sandbox.coreCounts().token).toBe(1)
  })

  it('a host that is not there is unavailable, by its token endpoint and by itself', async () => {
    const away = `http://127.0.0.1:${await closedPort()}`
    expect(await finderFor(away).search(query)).toMatchObject(unavailable('token-connect'))
    const half = finderFor(away, { tokenUrl: `${sandbox.url}/services/oauth2/token` })
    expect(await half.search(query)).toMatchObject(unavailable('connect'))
  })

  it('wrong credentials are final', async () => {
    const another = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    const wrong = [
      { clientId: 'other' },
      { credential: { ...jwtBearer, username: 'other' } },
      { credential: { ...jwtBearer, privateKey: another } },
      {
        credential: {
          kind: 'client-credentials',
          clientSecret: createSecretKey('other', 'utf8'),
        } as const,
      },
    ]
    for (const options of wrong) {
      expect(await finderFor(sandbox.url, options).search(query)).toMatchObject({
        ...failed('token-refused'),
        message: expect.stringMatching(/with 400: invalid_\w+ /) as unknown,
      })
    }
  })

  it('never repeats a number, a token or a secret, even when Salesforce does', async () => {
    const told: unknown[] = []
    const { origin } = new URL(
      (
        await webServer((response, { path, body, headers }, index) => {
          const message = `${path} ${decodeURIComponent(path)} ${body} ${headers.authorization ?? ''}`
          if (index === 0)
            json(response, 200, { access_token: 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln' })
          else if (index === 1) json(response, 400, [{ errorCode: 'MALFORMED_QUERY', message }])
          else json(response, 401, { error: 'invalid_grant', error_description: message })
        })
      ).baseUrl,
    )
    const echoing = finderFor(origin)
    told.push(await echoing.search(query), await echoing.search(query))
    expect(told).toMatchObject([{ code: 'query-refused' }, { code: 'token-refused' }])
    const text = JSON.stringify(told)
    expect(text).toContain('MALFORMED_QUERY')
    expect(text).not.toContain('8445791189')
    expect(text).not.toContain('eyJ')
  })
})
