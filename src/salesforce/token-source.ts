import { randomUUID, type KeyObject } from 'node:crypto'

import { SignJWT } from 'jose'

import type { Clock } from '../shared/time/clock.ts'

/** Where bearer tokens come from. Both reject when no token can be minted. */
export interface TokenSource {
  token(): Promise<string>
  /** A token other than the one that was just refused. */
  renew(spent: string): Promise<string>
}

export interface TokenSourceOptions {
  readonly orgId: string
  /** API name of the call center. */
  readonly callCenter: string
  readonly privateKey: KeyObject
  readonly ttlMs: number
  readonly audience?: string | undefined
  /** A `jti` makes a token single-use: every call then mints one. Without it a token is reused until shortly before its end. */
  readonly jti: boolean
  readonly clock: Clock
}

export function createTokenSource(options: TokenSourceOptions): TokenSource {
  return options.jti ? singleUseTokens(options) : reusedTokens(options)
}

function singleUseTokens(options: TokenSourceOptions): TokenSource {
  const mint = () => sign(options, { ...lifetime(options), jti: randomUUID() })
  return { token: mint, renew: mint }
}

interface CachedToken {
  readonly text: string
  readonly claims: Claims
}

function reusedTokens(options: TokenSourceOptions): TokenSource {
  let cached: CachedToken | undefined
  let minting: Promise<string> | undefined

  const mint = async () => {
    const claims = nextClaims(options, cached?.claims)
    const text = await sign(options, claims)
    cached = { text, claims }
    return text
  }
  // Whoever comes while a token is being minted gets that one: it is newer than any token that was ever handed out.
  const mintOnce = () => (minting ??= mint().finally(() => (minting = undefined)))
  const usable = () => (cached && isUsable(cached.claims, options) ? cached.text : undefined)

  return {
    token: async () => usable() ?? (await mintOnce()),
    // A caller that was slow to learn of its 401 must not throw away the token that others have minted since.
    renew: async (spent) => {
      const current = usable()
      return current !== undefined && current !== spent ? current : await mintOnce()
    },
  }
}

interface Claims {
  /** Seconds since the Unix epoch, as `exp`. */
  readonly iat: number
  readonly exp: number
  readonly jti?: string
}

/** Claims are whole seconds. Two are the least: `iat` is rounded down, so one might be over as soon as it begins. */
function lifetime({ clock, ttlMs }: TokenSourceOptions): Claims {
  const iat = Math.floor(clock.now() / 1000)
  return { iat, exp: iat + Math.max(2, Math.floor(ttlMs / 1000)) }
}

/**
 * RS256 is deterministic: two tokens of one second would be the same bytes, and the renewed one as refused as the spent
 * one. So each further token of one second ends a second earlier.
 */
function nextClaims(options: TokenSourceOptions, previous: Claims | undefined): Claims {
  const claims = lifetime(options)
  if (previous?.iat !== claims.iat) return claims
  return { iat: claims.iat, exp: Math.max(claims.iat + 1, previous.exp - 1) }
}

/**
 * Reused until a tenth of the lifetime, and at least 30 s, is left: enough for a slow attempt and for clocks that differ.
 * Never more than half the lifetime, or a token that lives less than a minute would be stale when minted. A token of the
 * future was minted before the clock was set back; Salesforce may refuse it.
 */
function isUsable({ iat, exp }: Claims, { clock }: TokenSourceOptions): boolean {
  const now = clock.now()
  const lifetimeMs = (exp - iat) * 1000
  const marginMs = Math.min(lifetimeMs / 2, Math.max(30_000, lifetimeMs / 10))
  return now >= iat * 1000 && now < exp * 1000 - marginMs
}

async function sign(options: TokenSourceOptions, { iat, exp, jti }: Claims): Promise<string> {
  const jwt = new SignJWT()
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
    // Organization ids come in 15 and 18 characters; every token Salesforce shows carries 15.
    .setIssuer(options.orgId.slice(0, 15))
    .setSubject(options.callCenter)
    .setIssuedAt(iat)
    .setExpirationTime(exp)
  if (options.audience !== undefined) jwt.setAudience(options.audience)
  if (jti !== undefined) jwt.setJti(jti)
  return jwt.sign(options.privateKey)
}
