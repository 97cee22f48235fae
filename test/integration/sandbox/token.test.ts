import { createHmac } from 'node:crypto'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKeyPair } from '../../../src/sandbox/key-pair.ts'
import type { Sandbox } from '../../../src/sandbox/sandbox.ts'
import {
  goodClaims,
  heldClock,
  keys,
  nowMs,
  nowSeconds,
  orgId,
  outcome,
  post,
  sign,
  start,
} from './client.ts'

const day = 24 * 3600
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

async function claimsWithout(name: string): Promise<string> {
  return sign(Object.fromEntries(Object.entries(goodClaims).filter(([claim]) => claim !== name)))
}

async function tamperedToken(): Promise<string> {
  const [header, , signature] = (await sign()).split('.')
  return [header, base64({ ...goodClaims, exp: nowSeconds + day }), signature].join('.')
}

function hmacToken(): string {
  const text = `${base64({ alg: 'HS256' })}.${base64(goodClaims)}`
  const publicPem = keys.publicKey.export({ type: 'spki', format: 'pem' })
  return `${text}.${createHmac('sha256', publicPem).update(text).digest('base64url')}`
}

describe("the sandbox's check of tokens", () => {
  let sandbox: Sandbox
  beforeAll(async () => {
    sandbox = await start()
  })
  afterAll(() => sandbox.close())

  it.each([
    ['has no token', () => '', /Bearer/],
    ['has three dots too many', () => 'a.b.c.d.e', /Bearer/],
    ['has no JSON in its header', () => 'abc.def.ghi', /not valid/],
    ['is not signed', () => `${base64({ alg: 'none' })}.${base64(goodClaims)}.`, /Bearer/],
    ['is signed with the public key as a secret', hmacToken, /alg/],
    [
      'is signed with PS256',
      () => new SignJWT(goodClaims).setProtectedHeader({ alg: 'PS256' }).sign(keys.privateKey),
      /alg/,
    ],
    [
      'is signed with the key of another',
      () =>
        new SignJWT(goodClaims)
          .setProtectedHeader({ alg: 'RS256' })
          .sign(createKeyPair().privateKey),
      /signature/,
    ],
    ['was changed after it was signed', tamperedToken, /signature/],
    ['has no iss', () => claimsWithout('iss'), /iss/],
    ['has the 18-character org id', () => sign({ ...goodClaims, iss: `${orgId}EAA` }), /iss/],
    ['has the iss of another org', () => sign({ ...goodClaims, iss: '00DRM000000GuTE' }), /iss/],
    ['has no sub', () => claimsWithout('sub'), /sub/],
    ['has another sub', () => sign({ ...goodClaims, sub: 'SCV4CC1' }), /sub/],
    ['has no exp', () => claimsWithout('exp'), /exp/],
    ['has text as exp', () => sign({ ...goodClaims, exp: '2026-02-27' }), /exp/],
    ['ends now', () => sign({ ...goodClaims, exp: nowSeconds }), /expired/],
    ['ends in more than 24 hours', () => sign({ ...goodClaims, exp: nowSeconds + day + 1 }), /24/],
    ['has exp in milliseconds', () => sign({ ...goodClaims, exp: nowMs + 300_000 }), /24/],
    ['has no iat', () => claimsWithout('iat'), /iat/],
    ['was issued in the future', () => sign({ ...goodClaims, iat: nowSeconds + 61 }), /future/],
    ['has a number as jti', () => sign({ ...goodClaims, jti: 7 }), /jti/],
  ])('answers 401 and books nothing when the token %s', async (_, mint, message) => {
    const token = await mint()
    const answer = await outcome(sandbox, { token })

    expect(answer).toMatchObject({ status: 401, booked: 0, body: { error: 'invalid_token' } })
    expect(answer.body).toMatchObject({
      error_description: expect.stringMatching(message) as string,
    })
  })

  it.each(['Basic abc', ''])('answers 401 to the Authorization %j', async (authorization) => {
    expect((await outcome(sandbox, { headers: { authorization } })).status).toBe(401)
  })

  it.each([
    ['ends in exactly 24 hours', { ...goodClaims, exp: nowSeconds + day }],
    ['ends in one second', { ...goodClaims, exp: nowSeconds + 1 }],
    ['comes from a clock 60 seconds ahead', { ...goodClaims, iat: nowSeconds + 60 }],
    ['names an audience nobody asked for', { ...goodClaims, aud: 'anything' }],
  ])('takes a token that %s', async (_, claims) => {
    const one = await start()
    try {
      expect((await outcome(one, { token: await sign(claims) })).status).toBe(200)
    } finally {
      await one.close()
    }
  })

  it('wants the first 15 characters as iss also when it was given all 18', async () => {
    const one = await start({ orgId: `${orgId}EAA` })
    try {
      expect((await outcome(one)).status).toBe(200)
    } finally {
      await one.close()
    }
  })

  it('wants the configured audience, alone or in a list', async () => {
    const audience = 'https://scrt.salesforce.com'
    const one = await start({ audience })
    const statusOf = async (aud: unknown) =>
      (await post(one, { token: await sign({ ...goodClaims, aud }) })).status
    try {
      expect(await statusOf(audience)).toBe(200)
      expect(await statusOf(['other', audience])).toBe(200)
      expect(await statusOf('other')).toBe(401)
      expect(await statusOf(undefined)).toBe(401)
    } finally {
      await one.close()
    }
  })

  it('takes a token without jti any number of times, and one with jti once', async () => {
    const one = await start()
    try {
      const plain = await sign()
      const single = await sign({ ...goodClaims, jti: 'a' })
      expect((await post(one, { token: plain })).status).toBe(200)
      expect((await post(one, { token: plain })).status).toBe(200)
      expect((await post(one, { token: single })).status).toBe(200)
      expect(await outcome(one, { token: single })).toMatchObject({ status: 401, booked: 3 })
      one.reset()
      expect((await post(one, { token: single })).status).toBe(200)
    } finally {
      await one.close()
    }
  })

  it('uses up a jti also when the request is broken by a fault or refused for its body', async () => {
    const one = await start({ faults: [{ do: 'break', times: 1 }] })
    try {
      const first = await sign({ ...goodClaims, jti: 'a' })
      expect((await post(one, { token: first })).status).toBe(503)
      expect((await post(one, { token: first })).status).toBe(401)
      const second = await sign({ ...goodClaims, jti: 'b' })
      expect((await post(one, { token: second, body: '{}' })).status).toBe(400)
      expect((await post(one, { token: second })).status).toBe(401)
    } finally {
      await one.close()
    }
  })

  it('accepts a jti again when it is configured to', async () => {
    const one = await start({ singleUseJti: false })
    try {
      const token = await sign({ ...goodClaims, jti: 'a' })
      expect((await post(one, { token })).status).toBe(200)
      expect((await post(one, { token })).status).toBe(200)
    } finally {
      await one.close()
    }
  })

  it('still knows a used jti after many others whose tokens have expired', async () => {
    const clock = heldClock()
    const one = await start({ clock })
    const statusOf = async (jti: string, exp: number) =>
      (await post(one, { token: await sign({ ...goodClaims, jti, exp }) })).status
    try {
      expect(await statusOf('kept', nowSeconds + 3600)).toBe(200)
      await Promise.all(Array.from({ length: 98 }, (_, n) => statusOf(`n${n}`, nowSeconds + 60)))
      clock.advance(120_000)
      expect(await statusOf('the hundredth', nowSeconds + 3600)).toBe(200)
      expect(await statusOf('kept', nowSeconds + 3600)).toBe(401)
      expect(one.counts().endings).toEqual({ 200: 100, 401: 1 })
    } finally {
      await one.close()
    }
  })
})
