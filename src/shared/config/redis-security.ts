import type { ConfigProblem } from './config-problem.ts'
import { redisSettings } from './features/redis.ts'
import { givenFor, readSetting, type SettingsSource } from './read-settings.ts'
import { parseRedisAddress } from './redis-address.ts'
import { readRedisTls, type RedisTls } from './redis-tls.ts'
import { settingInfo } from './setting.ts'

/** What a connection takes besides the URL. */
export interface RedisSecurity {
  tls?: RedisTls
  /** Of the Sentinels themselves: that of the servers is in the URL. */
  sentinel?: SentinelLogin
}

export interface SentinelLogin {
  username?: string
  password: string
}

export interface RedisSecurityReading {
  /** `undefined` where nothing is given, or something is wrong. */
  redisSecurity: RedisSecurity | undefined
  problems: readonly ConfigProblem[]
}

const { sentinelUsername, sentinelPassword } = redisSettings.shape

export function readRedisSecurity(
  source: SettingsSource,
  redisUrl: string | undefined,
): RedisSecurityReading {
  const { redisTls: tls, problems: tlsProblems } = readRedisTls(source, redisUrl)
  const problems = [...tlsProblems, ...sentinelProblems(source, redisUrl)]
  const sentinel = sentinelLogin(source)
  const isUsable = problems.length === 0 && (tls !== undefined || sentinel !== undefined)
  const redisSecurity = { ...(tls && { tls }), ...(sentinel && { sentinel }) }
  return { redisSecurity: isUsable ? redisSecurity : undefined, problems }
}

function sentinelLogin(source: SettingsSource): SentinelLogin | undefined {
  const password = readSetting(sentinelPassword, source)
  const username = readSetting(sentinelUsername, source)
  if (password === undefined) return undefined
  return { ...(username !== undefined && { username }), password }
}

/** Whoever gives a password believes that it is asked for. */
function sentinelProblems(
  source: SettingsSource,
  redisUrl: string | undefined,
): readonly ConfigProblem[] {
  const hasUser = givenFor(sentinelUsername, source) !== undefined
  const hasPassword = givenFor(sentinelPassword, source) !== undefined
  if (hasUser && !hasPassword) {
    const { env } = settingInfo(sentinelPassword)
    const wrong = 'is missing, and the user of the Sentinels is set'
    return [{ name: env, wrong, got: undefined, fix: 'write the password of that user' }]
  }
  if (!hasPassword || redisUrl === undefined || isOfSentinels(redisUrl)) return []
  const { env } = settingInfo(sentinelPassword)
  const wrong = 'is set, and the URL of Redis names no Sentinels'
  const fix = 'write redis+sentinel:// in RINGBACK_REDIS_URL, or unset it'
  return [{ name: env, wrong, got: undefined, fix }]
}

function isOfSentinels(redisUrl: string): boolean {
  const address = parseRedisAddress(redisUrl)
  return address.kind === 'ok' && address.value.kind === 'sentinel'
}
