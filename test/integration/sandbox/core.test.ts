import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SandboxEvent } from '../../../src/sandbox/events.ts'
import type { Fault } from '../../../src/sandbox/faults.ts'
import type { Sandbox } from '../../../src/sandbox/sandbox.ts'
import { control, goodBody, heldClock, keys, nowSeconds, post, start } from './client.ts'

const coreKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const core = {
  clientId: '3MVG9.consumer',
  username: 'ringback@acme.example',
  publicKey: createPublicKey(coreKey),
  clientSecret: 'consumer-secret',
}
const goodClaims = {
  iss: core.clientId,
  sub: core.username,
  aud: 'https://login.salesforce.com',
  exp: nowSeconds + 180,
}
const voiceCall = '0LQRM0000006CSz4AM'
const select = 'SELECT Id, PreferredPhone, CreatedDate FROM ContactRequest'
const own = `${select} WHERE PreferredPhone = '${goodBody.callbackNumber}'`

describe("the sandbox's core REST API", () => {
  let sandbox: Sandbox
  let clock: ReturnType<typeof heldClock>
  let events: SandboxEvent[]
  beforeEach(async () => {
    clock = heldClock()
    events = []
    sandbox = await start({ clock, core, log: (event) => void events.push(event) })
  })
  afterEach(() => sandbox.close())

  const askToken = async (fields: Record<string, string>) => {
    const body = new URLSearchParams(fields)
    const response = await fetch(`${sandbox.url}/services/oauth2/token`, { method: 'POST', body })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  const assertion = (claims: Record<string, unknown> = goodClaims, key = coreKey) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(key)
  const bearer = async (claims?: Record<string, unknown>, key?: typeof coreKey) =>
    askToken({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: await assertion(claims, key),
    })
  const secret = (change: Record<string, string> = {}) =>
    askToken({
      grant_type: 'client_credentials',
      client_id: core.clientId,
      client_secret: core.clientSecret,
      ...change,
    })
  const grantedToken = async () => String((await secret()).body['access_token'])
  const ask = async (soql: string, token?: string) => {
    const url = `${sandbox.url}/services/data/v66.0/query?q=${encodeURIComponent(soql)}`
    const headers = { authorization: `Bearer ${token ?? (await grantedToken())}` }
    return fetch(url, { headers, redirect: 'manual' })
  }
  const answer = async (soql: string) => (await ask(soql)).json()
  const foundIds = async (soql: string) => {
    const { records } = (await answer(soql)) as { records: { Id: string }[] }
    return records.map(({ Id }) => Id)
  }

  it('is not there unless it is asked for', async () => {
    const without = await start()
    const url = `${without.url}/services/oauth2/token`
    expect((await fetch(url, { method: 'POST', body: new URLSearchParams() })).status).toBe(404)
    await without.close()
  })

  describe('grants a token', () => {
    it('for an assertion that its key signed, and for the secret', async () => {
      for (const granted of [await bearer(), await secret()]) {
        expect(granted.status).toBe(200)
        expect(granted.body).toMatchObject({ token_type: 'Bearer', instance_url: sandbox.url })
        expect((await ask(own, String(granted.body['access_token']))).status).toBe(200)
      }
    })

    it.each<[string, Record<string, unknown>, string]>([
      ['another app', { iss: 'other' }, 'invalid_client_id'],
      ['a user that is not pre-authorized', { sub: 'other' }, 'invalid_grant'],
      ['another audience', { aud: 'https://evil.com' }, 'invalid_grant'],
      ['a time gone by', { exp: nowSeconds }, 'invalid_grant'],
      ['a long life', { exp: nowSeconds + 3_600 }, 'invalid_grant'],
      ['a time in milliseconds', { exp: nowSeconds * 1000 }, 'invalid_grant'],
    ])('but not for an assertion with %s', async (_case, change, error) => {
      expect(await bearer({ ...goodClaims, ...change })).toMatchObject({
        status: 400,
        body: { error, error_description: expect.any(String) as unknown },
      })
    })

    it("but not for one signed with telephony's key, nor for what is not an assertion", async () => {
      const none = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: 'x.y.z' }
      const invalid = { status: 400, body: { error: 'invalid_grant' } }
      expect(await bearer(goodClaims, keys.privateKey)).toMatchObject(invalid)
      expect(await askToken(none)).toMatchObject(invalid)
    })

    it.each([
      [{ client_secret: 'other' }, 'invalid_client'],
      [{ client_id: 'other' }, 'invalid_client_id'],
      [{ grant_type: 'password' }, 'unsupported_grant_type'],
    ])('but not with %o', async (change, error) => {
      expect(await secret(change)).toMatchObject({ status: 400, body: { error } })
    })

    it('that ends after two hours, and with a reset', async () => {
      const token = await grantedToken()
      clock.advance(2 * 3_600_000)
      expect((await ask(own, token)).status).toBe(401)
      const fresh = await grantedToken()
      sandbox.reset()
      expect((await ask(own, fresh)).status).toBe(401)
      expect(sandbox.coreCounts()).toEqual({ token: 0, query: 1, endings: { 401: 1 } })
    })
  })

  describe('answers a query', () => {
    it('with the bookings of a number, oldest first, in the form of Salesforce', async () => {
      await post(sandbox, { callId: 'vendor-1' })
      clock.advance(1_500)
      await post(sandbox, { callId: 'vendor-2' })
      await post(sandbox, { body: { callbackNumber: '+4930123456' } })
      const [first, second] = sandbox.bookings()

      expect(await answer(`${own} ORDER BY CreatedDate ASC LIMIT 5`)).toEqual({
        totalSize: 2,
        done: true,
        records: [
          {
            attributes: {
              type: 'ContactRequest',
              url: `/services/data/v66.0/sobjects/ContactRequest/${first?.recordId ?? ''}`,
            },
            Id: first?.recordId,
            PreferredPhone: '+18445791189',
            CreatedDate: '2026-02-26T15:00:00.000+0000',
          },
          expect.objectContaining({
            Id: second?.recordId,
            CreatedDate: '2026-02-26T15:00:01.000+0000',
          }),
        ],
      })
      expect(await foundIds(`${own} LIMIT 1`)).toEqual([first?.recordId])
    })

    it('by the second in which a booking was made', async () => {
      clock.advance(700)
      await post(sandbox)
      expect(await foundIds(`${own} AND CreatedDate >= 2026-02-26T15:00:00Z`)).toHaveLength(1)
      expect(await foundIds(`${own} AND CreatedDate >= 2026-02-26T15:00:01Z`)).toHaveLength(0)
    })

    it("by the VoiceCall, in either form of its id; a vendor's id is no WhatId", async () => {
      await post(sandbox, { callId: voiceCall.slice(0, 15) })
      await post(sandbox, { callId: 'vendor-1' })
      expect(await foundIds(`${own} AND WhatId = '${voiceCall}'`)).toHaveLength(1)
      expect(await foundIds(`${own} AND WhatId = '${voiceCall.slice(0, 15)}'`)).toHaveLength(1)
      expect(await foundIds(`${own} AND WhatId = 'vendor-1'`)).toHaveLength(0)
    })

    it('only for what the number is when a plain + is read as a space', async () => {
      await post(sandbox)
      const url = `${sandbox.url}/services/data/v66.0/query?q=${own.replaceAll(' ', '+')}`
      const headers = { authorization: `Bearer ${await grantedToken()}` }
      expect(await (await fetch(url, { headers })).json()).toMatchObject({ totalSize: 0 })
    })

    it.each([
      ['', 'MALFORMED_QUERY'],
      ['SELECT', 'MALFORMED_QUERY'],
      [`${own} AND`, 'MALFORMED_QUERY'],
      [`${own} OR Id = 'x'`, 'MALFORMED_QUERY'],
      [`${select} WHERE PreferredPhone = 'it's'`, 'MALFORMED_QUERY'],
      [String.raw`${select} WHERE PreferredPhone = '\q'`, 'MALFORMED_QUERY'],
      [`${select} WHERE PreferredPhone = 'open`, 'MALFORMED_QUERY'],
      [`${select} WHERE CreatedDate >= '2026-02-26T15:00:00Z'`, 'MALFORMED_QUERY'],
      [`${select} WHERE CreatedDate >= 2026-02-31T15:00:00Z`, 'MALFORMED_QUERY'],
      ['SELECT Phone FROM ContactRequest', 'INVALID_FIELD'],
      [`${select} WHERE Phone = 'x'`, 'INVALID_FIELD'],
      ['SELECT Id FROM Contact', 'INVALID_TYPE'],
    ])('%j with %s', async (soql, errorCode) => {
      const response = await ask(soql)
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject([
        { errorCode, message: expect.any(String) as unknown },
      ])
    })

    it('only with a token that it granted, and only of a version that has a form', async () => {
      const response = await ask(own, 'other')
      expect(response.status).toBe(401)
      expect(await response.json()).toMatchObject([{ errorCode: 'INVALID_SESSION_ID' }])
      expect((await fetch(`${sandbox.url}/services/data/66/query?q=x`)).status).toBe(404)
      expect((await post(sandbox, { path: '/services/data/v66.0/query' })).status).toBe(405)
    })
  })

  describe('fails on request', () => {
    it.each<[Fault, number, unknown]>([
      [{ do: 'refuse', on: 'query' }, 403, [{ errorCode: 'INSUFFICIENT_ACCESS' }]],
      [{ do: 'refuse', on: 'query', status: 404, code: 'X' }, 404, [{ errorCode: 'X' }]],
      [{ do: 'limit', on: 'query' }, 403, [{ errorCode: 'REQUEST_LIMIT_EXCEEDED' }]],
      [{ do: 'break', on: 'query', status: 500 }, 500, {}],
      [{ do: 'unauthorized', on: 'query' }, 401, [{ errorCode: 'INVALID_SESSION_ID' }]],
    ])('%j of a query answers %i', async (fault, status, body) => {
      const token = await grantedToken()
      sandbox.setFaults([fault])
      const response = await ask(own, token)
      expect(response.status).toBe(status)
      expect(await response.json()).toMatchObject(body as object)
    })

    it.each<[Fault, number, unknown]>([
      [{ do: 'refuse', on: 'token' }, 400, { error: 'invalid_grant' }],
      [{ do: 'refuse', on: 'token', status: 401, code: 'x' }, 401, { error: 'x' }],
      [{ do: 'limit', on: 'token' }, 429, {}],
      [{ do: 'break', on: 'token' }, 503, {}],
      [{ do: 'unauthorized', on: 'token' }, 400, { error: 'invalid_client' }],
    ])('%j of a token answers %i', async (fault, status, body) => {
      sandbox.setFaults([fault])
      expect(await secret()).toMatchObject({ status, body })
    })

    it('an access token that was called unauthorized is invalid from then on', async () => {
      const token = await grantedToken()
      sandbox.setFaults([{ do: 'unauthorized', on: 'query', times: 1 }])
      expect((await ask(own, token)).status).toBe(401)
      expect((await ask(own, token)).status).toBe(401)
      expect((await ask(own)).status).toBe(200)
    })

    it('lag hides a booking until it is so old, and without a time for ever', async () => {
      await post(sandbox)
      sandbox.setFaults([{ do: 'lag', lagMs: 2_000 }])
      clock.advance(1_999)
      expect(await foundIds(own)).toHaveLength(0)
      clock.advance(1)
      expect(await foundIds(own)).toHaveLength(1)
      sandbox.setFaults([{ do: 'lag' }])
      expect(await foundIds(own)).toHaveLength(0)
    })

    it('several finds two more, whose ids nobody knows', async () => {
      await post(sandbox)
      sandbox.setFaults([{ do: 'several', times: 1 }])
      const ids = await foundIds(own)
      expect(new Set(ids).size).toBe(3)
      expect(await foundIds(own)).toEqual(ids.slice(0, 1))
    })

    it('stall answers never and cut breaks off, and both are counted', async () => {
      const token = await grantedToken()
      sandbox.setFaults([
        { do: 'stall', on: 'query', times: 1 },
        { do: 'cut', on: 'query', times: 1 },
      ])
      const stalled = expect(ask(own, token)).rejects.toThrow()
      await sandbox.until(() => sandbox.coreCounts().endings['stalled'] === 1)
      await expect(ask(own, token)).rejects.toThrow()
      expect(sandbox.coreCounts()).toEqual({
        token: 1,
        query: 2,
        endings: { 200: 1, stalled: 1, cut: 1 },
      })
      sandbox.reset()
      await stalled
    })

    it('slow waits, and redirect and garbage are what they are elsewhere', async () => {
      const token = await grantedToken()
      sandbox.setFaults([
        { do: 'slow', on: 'query', delayMs: 800, times: 1 },
        { do: 'redirect', on: 'query', times: 1 },
        { do: 'garbage', on: 'query', times: 1 },
      ])
      const slow = ask(own, token)
      const sleep = await clock.nextSleep()
      expect(sleep.ms).toBe(800)
      sleep.end()
      expect((await slow).status).toBe(200)
      expect((await ask(own, token)).status).toBe(302)
      await expect((await ask(own, token)).json()).rejects.toThrow(SyntaxError)
    })

    it('only where they were asked for: faults of one endpoint touch no other', async () => {
      sandbox.setFaults([
        { do: 'break', on: 'query' },
        { do: 'lag', lagMs: 0 },
      ])
      expect((await post(sandbox)).status).toBe(200)
      expect((await secret()).status).toBe(200)
      expect((await ask(own)).status).toBe(503)
      sandbox.setFaults([{ do: 'break' }])
      expect((await post(sandbox)).status).toBe(503)
      expect((await ask(own)).status).toBe(200)
    })

    it.each([
      [{ do: 'break', on: 'elsewhere' }, '0.on'],
      [{ do: 'break', on: 'query', match: { callId: 'x' } }, '0.match'],
      [{ do: 'lag', match: { callId: 'x' } }, '"match"'],
      [{ do: 'omit-record-id', on: 'query' }, '"on"'],
    ])('but not with %j', async (fault, words) => {
      const response = await control(sandbox, 'PUT', '/control/faults', [fault])
      expect(response.status).toBe(400)
      expect(await response.text()).toContain(words.replaceAll('"', String.raw`\"`))
    })
  })

  it('is counted apart from requests to book, and shown by the control endpoint', async () => {
    await ask(own)
    expect(sandbox.counts()).toEqual({ requests: 0, booked: 0, endings: {} })
    expect(await (await control(sandbox, 'GET', '/control')).json()).toMatchObject({
      requests: 0,
      core: { token: 1, query: 1, endings: { 200: 2 } },
    })
  })

  it('logs neither a number nor a token nor a secret', async () => {
    await post(sandbox)
    await bearer()
    const token = await grantedToken()
    await ask(own, token)
    await ask(`${own} AND nonsense`, token)

    expect(events.filter(({ kind }) => kind.startsWith('core-')).length).toBe(8)
    const text = JSON.stringify(events)
    expect(text).not.toContain('8445791189')
    expect(text).not.toContain(token)
    expect(text).not.toContain(core.clientSecret)
    expect(text).not.toContain('SELECT')
  })
})
