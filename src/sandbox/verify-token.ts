import type { KeyObject } from 'node:crypto'
import { compactVerify, errors } from 'jose'
import { z } from 'zod'
import type { Clock } from '../shared/time/clock.ts'

const bearer = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i
const maxLifeSeconds = 24 * 3600
/** How far the client's clock may be ahead. Salesforce documents no tolerance; this one is ours. */
const clockToleranceSeconds = 60
/** Used `jti`s of expired tokens are deleted once for every so many new ones. */
const sweepEvery = 100

const claimsSchema = z.object({
  iss: z.string(),
  sub: z.string(),
  iat: z.number(),
  exp: z.number(),
  jti: z.string().min(1).optional(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
})

export type TokenClaims = z.infer<typeof claimsSchema>

export type TokenVerdict = { kind: 'good'; claims: TokenClaims } | { kind: 'bad'; message: string }

export interface TokenRules {
  publicKey: KeyObject
  orgId: string
  callCenter: string
  audience?: string | undefined
  singleUseJti: boolean
  clock: Clock
}

/** Checks bearer tokens by the rules of Salesforce's authorization page, and remembers which `jti` were used. */
export class TokenVerifier {
  readonly #rules: TokenRules
  /** jti → exp in seconds: an expired token is refused anyway, so its jti may be forgotten. */
  readonly #used = new Map<string, number>()
  #untilSweep = sweepEvery

  constructor(rules: TokenRules) {
    this.#rules = rules
  }

  async verify(authorization: string | undefined): Promise<TokenVerdict> {
    const token = bearer.exec(authorization ?? '')?.[1]
    if (!token) return bad('The Authorization header must be "Bearer" and a JSON Web Token')
    const payload = await this.#signedPayload(token)
    if (payload.kind === 'bad') return payload
    const claims = claimsSchema.safeParse(payload.claims)
    if (!claims.success) {
      const problems = claims.error.issues.map(
        ({ path, message }) => `${path.join('.')}: ${message}`,
      )
      return bad(`The token's claims are wrong. ${problems.join('; ')}`)
    }
    return this.#judge(claims.data)
  }

  forgetUsed(): void {
    this.#used.clear()
  }

  async #signedPayload(token: string): Promise<{ kind: 'signed'; claims: unknown } | Bad> {
    try {
      const { payload } = await compactVerify(token, this.#rules.publicKey, {
        algorithms: ['RS256'],
      })
      return { kind: 'signed', claims: JSON.parse(new TextDecoder().decode(payload)) }
    } catch (error) {
      if (error instanceof errors.JOSEError) return bad(`The token is not valid: ${error.message}`)
      if (error instanceof SyntaxError) return bad("The token's payload is not JSON")
      throw error
    }
  }

  #judge(claims: TokenClaims): TokenVerdict {
    const now = this.#rules.clock.now() / 1000
    const problem =
      identityProblem(claims, this.#rules) ?? timeProblem(claims, now) ?? this.#reuseProblem(claims)
    if (problem) return bad(problem)
    this.#remember(claims, now)
    return { kind: 'good', claims }
  }

  #reuseProblem({ jti }: TokenClaims): string | undefined {
    return jti !== undefined && this.#used.has(jti) ? 'jti: this token was used before' : undefined
  }

  #remember({ jti, exp }: TokenClaims, now: number): void {
    if (jti === undefined || !this.#rules.singleUseJti) return
    this.#used.set(jti, exp)
    this.#untilSweep -= 1
    if (this.#untilSweep > 0) return
    this.#untilSweep = sweepEvery
    for (const [used, end] of this.#used) if (end <= now) this.#used.delete(used)
  }
}

interface Bad {
  kind: 'bad'
  message: string
}

function bad(message: string): Bad {
  return { kind: 'bad', message }
}

function identityProblem(claims: TokenClaims, rules: TokenRules): string | undefined {
  if (claims.iss !== rules.orgId.slice(0, 15)) {
    return 'iss: must be the org id, in its form of 15 characters'
  }
  if (claims.sub !== rules.callCenter) return 'sub: must be the API name of the call center'
  if (rules.audience !== undefined && ![claims.aud].flat().includes(rules.audience)) {
    return 'aud: must name the configured audience'
  }
  return undefined
}

/** All three in seconds. A claim in milliseconds, a common mistake, lies far in the future and is refused. */
function timeProblem({ exp, iat }: TokenClaims, now: number): string | undefined {
  if (exp <= now) return 'exp: the token has expired'
  if (exp > now + maxLifeSeconds) return 'exp: must be within 24 hours'
  if (iat > now + clockToleranceSeconds) return 'iat: lies in the future'
  return undefined
}
