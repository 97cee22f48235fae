import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { decodeJwt, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import type { Clock } from '../../../src/shared/time/clock.ts'
import { createTokenSource, type TokenSourceOptions } from '../../../src/salesforce/token-source.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const startMs = 1_756_767_613_250
const startSeconds = 1_756_767_613

function settableClock() {
  const clock = {
    nowMs: startMs,
    now: () => clock.nowMs,
    monotonic: () => clock.nowMs,
    sleep: () => Promise.reject(new Error('nothing here sleeps')),
  }
  return clock satisfies Clock
}

function setUp(overrides: Partial<TokenSourceOptions> = {}) {
  const clock = settableClock()
  const source = createTokenSource({
    orgId: '00DHs00000KmpyrMAB',
    callCenter: 'scv4cc1',
    privateKey,
    ttlMs: 300_000,
    jti: false,
    clock,
    ...overrides,
  })
  return { clock, source }
}

describe('a token', () => {
  it("has Salesforce's header and claims, the organization id cut to 15 characters, and our signature", async () => {
    const { source } = setUp()
    const { payload, protectedHeader } = await jwtVerify(
      await source.token(),
      createPublicKey(privateKey),
      { currentDate: new Date(startMs) },
    )
    expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'JWT' })
    expect(payload).toEqual({
      iss: '00DHs00000Kmpyr',
      sub: 'scv4cc1',
      iat: startSeconds,
      exp: startSeconds + 300,
    })
  })

  it('carries an audience only when one is configured', async () => {
    const { source } = setUp({ audience: 'https://scrt.salesforce.com' })
    expect(decodeJwt(await source.token()).aud).toBe('https://scrt.salesforce.com')
  })

  it.each([1, 1_000, 1_999])('of %i ms lives for two whole seconds, the least', async (ttlMs) => {
    const { source } = setUp({ ttlMs })
    expect(decodeJwt(await source.token()).exp).toBe(startSeconds + 2)
  })

  it('cannot be had with a key that is no RSA key: both ways reject, and later ones too', async () => {
    const { source } = setUp({ privateKey: generateKeyPairSync('ed25519').privateKey })
    await expect(source.token()).rejects.toThrow()
    await expect(source.token()).rejects.toThrow()
    await expect(source.renew('x')).rejects.toThrow()
  })
})

describe('a reused token', () => {
  it.each([
    // A tenth of the lifetime.
    [24 * 3_600_000, 21.6 * 3_600_000],
    // 30 s: the longest attempt and some difference of clocks.
    [300_000, 270_000],
    [61_000, 31_000],
    // Half of the lifetime.
    [60_000, 30_000],
    [10_000, 5_000],
    // No token lives less than two seconds.
    [1_000, 1_000],
  ])('that lives %d ms is reused for %d ms and then replaced', async (ttlMs, reusedMs) => {
    const { clock, source } = setUp({ ttlMs })
    clock.nowMs = startSeconds * 1000
    const first = await source.token()
    clock.nowMs += reusedMs - 1
    expect(await source.token()).toBe(first)
    clock.nowMs += 1
    const second = await source.token()
    expect(second).not.toBe(first)
    expect(decodeJwt(second).iat).toBe(Math.floor(clock.nowMs / 1000))
  })

  it('has at least half its life or 30 s left whenever it is given out, whatever its lifetime', async () => {
    const lifetimes = fc.integer({ min: 1_000, max: 86_400_000 })
    const waits = fc.array(fc.integer({ min: 0, max: 90_000_000 }), { maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(lifetimes, waits, async (ttlMs, steps) => {
        const { clock, source } = setUp({ ttlMs })
        for (const step of [0, ...steps]) {
          clock.nowMs += step
          const { exp = 0, iat = 0 } = decodeJwt(await source.token())
          const leftMs = exp * 1000 - clock.nowMs
          const lifetimeMs = (exp - iat) * 1000
          // Minting rounds down to the second, so up to one second is gone at the start.
          expect(leftMs).toBeGreaterThan(Math.min(30_000, lifetimeMs / 2, lifetimeMs - 1_000))
          expect(leftMs).toBeLessThanOrEqual(Math.max(2_000, ttlMs))
        }
      }),
      { numRuns: 30 },
    )
  })

  it('is replaced when the clock was set back to before it was minted', async () => {
    const { clock, source } = setUp()
    const first = await source.token()
    clock.nowMs -= 3_600_000
    const second = await source.token()
    expect(second).not.toBe(first)
    expect(decodeJwt(second).iat).toBe(startSeconds - 3_600)
  })

  it('is minted once for all who ask at the same time', async () => {
    let clockReads = 0
    const clock = settableClock()
    const counting: Clock = {
      ...clock,
      now: () => {
        clockReads++
        // Each minting would see another second, so two mintings could not give one token.
        return startMs + clockReads * 1_000
      },
    }
    const { source } = setUp({ clock: counting })
    const tokens = await Promise.all(Array.from({ length: 20 }, () => source.token()))
    expect(new Set(tokens).size).toBe(1)
  })
})

describe('renewing a spent token', () => {
  it('mints another one even within the same second', async () => {
    const { source } = setUp()
    const spent = await source.token()
    const fresh = await source.renew(spent)
    expect(fresh).not.toBe(spent)
    expect(await source.token()).toBe(fresh)
    expect(await source.renew(fresh)).not.toBe(fresh)
  })

  it('mints once for all who were refused with the same token', async () => {
    const { source } = setUp()
    const spent = await source.token()
    const renewed = await Promise.all(Array.from({ length: 20 }, () => source.renew(spent)))
    expect(new Set(renewed).size).toBe(1)
    expect(renewed).not.toContain(spent)
  })

  it('gives a slow caller the token that others have minted since', async () => {
    const { clock, source } = setUp()
    const spent = await source.token()
    const fresh = await source.renew(spent)
    clock.nowMs += 5_000
    expect(await source.renew(spent)).toBe(fresh)
    expect(await source.token()).toBe(fresh)
  })

  it('does not give out a stale token instead of the spent one', async () => {
    const { clock, source } = setUp()
    const spent = await source.token()
    const stale = await source.renew(spent)
    clock.nowMs += 280_000
    const fresh = await source.renew(spent)
    expect(fresh).not.toBe(stale)
    expect(decodeJwt(fresh).iat).toBe(startSeconds + 280)
  })
})

describe('a single-use token', () => {
  it('has a jti of its own at every call', async () => {
    const { source } = setUp({ jti: true })
    const spent = await source.token()
    const tokens = [spent, await source.token(), await source.renew(spent)]
    const ids = tokens.map((token) => decodeJwt(token).jti)
    expect(new Set(ids).size).toBe(3)
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/)
  })
})
