import { randomUUID, timingSafeEqual, type KeyObject } from 'node:crypto'
import { compactVerify, errors } from 'jose'
import { z } from 'zod'
import type { Clock } from '../shared/time/clock.ts'
import { json, oauthError, type Reply } from './replies.ts'

const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
/** Both of Salesforce's login hosts; which one is right depends on the org. */
const loginHosts = ['https://login.salesforce.com', 'https://test.salesforce.com']
/** Salesforce wants `exp` within three minutes; the rest is for a client whose clock is ahead. */
const maxAssertionSeconds = 180 + 60
const tokenLifeMs = 2 * 3_600_000

/** Who may ask, and how it proves to be who it says. */
export interface CoreRules {
  /** The consumer key. */
  clientId: string
  /** For the JWT bearer flow: the client's own key, not the one of telephony. */
  publicKey?: KeyObject | undefined
  username?: string | undefined
  /** For the client credentials flow. */
  clientSecret?: string | undefined
  /** Default: either of Salesforce's login hosts. */
  audience?: string | undefined
}

const claimsSchema = z.object({
  iss: z.string(),
  sub: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  exp: z.number(),
})

/** The token endpoint of the core REST API, by the rules of Salesforce's pages on OAuth, and the tokens it has granted. */
export class CoreTokens {
  readonly #rules: CoreRules
  readonly #clock: Clock
  /** Access token → when it ends, epoch ms. */
  readonly #granted = new Map<string, number>()

  constructor(rules: CoreRules, clock: Clock) {
    this.#rules = rules
    this.#clock = clock
  }

  /** `undefined`: the request deserves a token. */
  async problemWith(form: URLSearchParams): Promise<Reply | undefined> {
    switch (form.get('grant_type')) {
      case jwtBearer:
        return this.#assertionProblem(form.get('assertion') ?? '')
      case 'client_credentials':
        return this.#secretProblem(form)
      default:
        return oauthError(400, 'unsupported_grant_type', 'grant type not supported')
    }
  }

  grant(instanceUrl: string): Reply {
    const token = `00DHs00000Kmpyr!${randomUUID()}`
    this.#granted.set(token, this.#clock.now() + tokenLifeMs)
    return json(200, {
      access_token: token,
      instance_url: instanceUrl,
      id: `${instanceUrl}/id/sandbox`,
      token_type: 'Bearer',
      issued_at: String(this.#clock.now()),
    })
  }

  /** The access token of an Authorization header, if it is one that is good now. */
  tokenIn(authorization: string | undefined): string | undefined {
    const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1]
    if (token === undefined) return undefined
    return (this.#granted.get(token) ?? 0) > this.#clock.now() ? token : undefined
  }

  revoke(token: string): void {
    this.#granted.delete(token)
  }

  forget(): void {
    this.#granted.clear()
  }

  async #assertionProblem(assertion: string): Promise<Reply | undefined> {
    const { publicKey, clientId, username, audience } = this.#rules
    const claims = publicKey && (await signedClaims(assertion, publicKey))
    if (!claims) return oauthError(400, 'invalid_grant', 'invalid assertion')
    if (claims.iss !== clientId) {
      return oauthError(400, 'invalid_client_id', 'client identifier invalid')
    }
    const audiences = audience === undefined ? loginHosts : [audience]
    if (![claims.aud].flat().some((each) => audiences.includes(each))) {
      return oauthError(400, 'invalid_grant', 'audience is invalid')
    }
    const nowSeconds = this.#clock.now() / 1000
    if (claims.exp <= nowSeconds || claims.exp > nowSeconds + maxAssertionSeconds) {
      return oauthError(400, 'invalid_grant', 'expired or too long a life')
    }
    return claims.sub === username
      ? undefined
      : oauthError(400, 'invalid_grant', "user hasn't approved this consumer")
  }

  #secretProblem(form: URLSearchParams): Reply | undefined {
    const { clientId, clientSecret } = this.#rules
    if (form.get('client_id') !== clientId) {
      return oauthError(400, 'invalid_client_id', 'client identifier invalid')
    }
    return clientSecret !== undefined && same(form.get('client_secret') ?? '', clientSecret)
      ? undefined
      : oauthError(400, 'invalid_client', 'invalid client credentials')
  }
}

async function signedClaims(
  assertion: string,
  publicKey: KeyObject,
): Promise<z.infer<typeof claimsSchema> | undefined> {
  try {
    const { payload } = await compactVerify(assertion, publicKey, { algorithms: ['RS256'] })
    return claimsSchema.safeParse(JSON.parse(new TextDecoder().decode(payload))).data
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof SyntaxError) return undefined
    throw error
  }
}

function same(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
