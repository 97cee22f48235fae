import { fixOf, type ConfigProblem } from '../config-problem.ts'
import { defineFeature } from '../feature.ts'
import { givenFor, readSetting, type SettingsSource } from '../read-settings.ts'
import type { Reading } from '../reading.ts'
import { readRedisUrl } from '../redis-url.ts'
import { defaultedSetting, optionalSetting, settingInfo, type ValueType } from '../setting.ts'
import { readTextFile } from '../text-file.ts'
import { asItIs, duration, filePath, matching, trueOrFalse, wholeNumber } from '../value-types.ts'

const redisUrlType: ValueType<string> = {
  format:
    'a URL `redis://[user:password@]host[:port][/database]`, `redis+sentinel://[user:password@]host[:port],host[:port]/NAME[/database]` or `redis+cluster://[user:password@]host[:port],host[:port]`, with `rediss` for TLS; special characters in the password percent-encoded',
  read: readRedisUrl,
  write: asItIs,
}

export const redisSettings = defineFeature(
  { title: 'Redis' },
  {
    redisUrl: defaultedSetting(redisUrlType, {
      name: 'redisUrl',
      env: 'RINGBACK_REDIS_URL',
      description:
        'The Redis that holds everything. The password is never printed. Producers, workers and commands must use the same one. Of Sentinels name all, as each of them is asked where the primary is; of a cluster some nodes will do. See docs/nodes.md.',
      default: 'redis://127.0.0.1:6379',
      example: 'rediss://ringback:secret@redis.example.com:6380',
      secret: 'password',
    }),
    redisUrlFile: optionalSetting(filePath('the path of a file that holds such a URL'), {
      name: 'redisUrlFile',
      env: 'RINGBACK_REDIS_URL_FILE',
      description:
        'Instead of RINGBACK_REDIS_URL, for a secret that is mounted as a file. It is read once, at startup.',
      example: '/run/secrets/redis-url',
    }),
    redisCaFile: optionalSetting(
      filePath('the path of one or more X.509 certificates in PEM form'),
      {
        name: 'redisCaFile',
        env: 'RINGBACK_REDIS_CA_FILE',
        description:
          'For `rediss://`: the authorities that may have signed the certificate of Redis, instead of those that Node knows. Read once, at startup.',
        example: '/run/secrets/redis-ca.crt',
      },
    ),
    redisCertFile: optionalSetting(
      filePath(
        'the path of an X.509 certificate in PEM form, with those between it and its authority',
      ),
      {
        name: 'redisCertFile',
        env: 'RINGBACK_REDIS_CERT_FILE',
        description:
          'For `rediss://`: the certificate that is shown to a Redis that asks for one. It comes with RINGBACK_REDIS_KEY_FILE. User and password are needed all the same.',
        example: '/run/secrets/redis-client.crt',
      },
    ),
    redisKeyFile: optionalSetting(
      filePath('the path of its private key in PEM form, without a passphrase'),
      {
        name: 'redisKeyFile',
        env: 'RINGBACK_REDIS_KEY_FILE',
        description: 'The key of that certificate.',
        example: '/run/secrets/redis-client.key',
      },
    ),
    sentinelUsername: optionalSetting(
      matching(
        /^[^\s:@]{1,128}$/,
        'the name of a user: up to 128 characters, none of them a space, : or @',
      ),
      {
        name: 'sentinelUsername',
        env: 'RINGBACK_SENTINEL_USERNAME',
        description:
          'For `redis+sentinel://`: the user as whom the Sentinels are asked, where they have users. User and password of Redis itself are in its URL.',
        example: 'ringback',
      },
    ),
    sentinelPassword: optionalSetting(
      matching(/^[\x21-\x7e]{1,512}$/, 'a password: up to 512 characters of ASCII, and no spaces'),
      {
        name: 'sentinelPassword',
        env: 'RINGBACK_SENTINEL_PASSWORD',
        description:
          'For `redis+sentinel://`: the password of the Sentinels themselves (their `requirepass`, or that of the user). It is given to Sentinels alone. Never printed.',
        example: 'correct-horse-battery-staple',
        secret: 'all',
      },
    ),
    waitReplicas: defaultedSetting(wholeNumber({ min: 0, max: 16 }), {
      name: 'waitReplicas',
      env: 'RINGBACK_WAIT_REPLICAS',
      description:
        'How many replicas must have what the library, `ringback enqueue` and `ringback import` submit before it counts as accepted, and must know of a worker’s attempt before it is sent. With 0 what Redis has answered and not yet passed on is lost with its primary, and what was being sent then is sent again. See docs/nodes.md.',
      default: '0',
      example: '1',
    }),
    waitFsync: defaultedSetting(trueOrFalse, {
      name: 'waitFsync',
      env: 'RINGBACK_WAIT_FSYNC',
      description:
        'Whether what is submitted so must be on disk before it counts as accepted: of the primary, and of as many replicas as RINGBACK_WAIT_REPLICAS says. With `appendfsync everysec` what Redis has answered in the last second is else lost with its machine. Needs Redis 7.2 or newer, or Valkey; each submission takes up to a second then. See docs/nodes.md.',
      default: 'false',
      example: 'true',
    }),
    waitTimeoutMs: optionalSetting(duration({ min: '10ms', max: '1500ms' }), {
      name: 'waitTimeout',
      env: 'RINGBACK_WAIT_TIMEOUT',
      description:
        'How long to wait for replicas and disks: 500ms where nothing is said, and 1500ms with RINGBACK_WAIT_FSYNC. What then is missing is told as `not-replicated` or `not-on-disk`.',
      example: '1s',
    }),
    namespace: defaultedSetting(
      matching(/^[a-z0-9-]{1,32}$/, '1 to 32 lower-case letters, digits and hyphens'),
      {
        name: 'namespace',
        env: 'RINGBACK_NAMESPACE',
        description:
          'Prefix of every key in Redis: `{ringback:default}:inbox`. Lets several installations share one Redis.',
        default: 'ringback',
        example: 'ringback-staging',
      },
    ),
  },
)

export interface RedisAddress {
  /** `undefined` when it cannot be read. */
  redisUrl: string | undefined
  /** Those that go beyond a single setting. */
  problems: readonly ConfigProblem[]
}

const { redisUrl: url, redisUrlFile: file } = redisSettings.shape
const names = { url: settingInfo(url).env, file: settingInfo(file).env }

/** As it was given, or as the file has it. */
export function readRedisAddress(source: SettingsSource): RedisAddress {
  const path = readSetting(file, source)
  const redisUrl = readSetting(url, source)
  if (path === undefined) return { redisUrl, problems: [] }
  if (givenFor(url, source) !== undefined) return { redisUrl, problems: [bothGiven] }
  const reading = readUrlFile(path)
  return reading.kind === 'ok'
    ? { redisUrl: reading.value, problems: [] }
    : { redisUrl: undefined, problems: [fileProblem(reading.message)] }
}

function readUrlFile(path: string): Reading<string> {
  const text = readTextFile(path)
  if (text.kind === 'problem') return text
  const reading = readRedisUrl(text.value.trim())
  return reading.kind === 'ok'
    ? reading
    : { kind: 'problem', message: `names a file whose text ${reading.message}` }
}

const bothGiven: ConfigProblem = {
  name: names.url,
  wrong: `is set, and ${names.file} too`,
  got: undefined,
  fix: 'set exactly one of them',
}

function fileProblem(wrong: string): ConfigProblem {
  const fix = `the file holds ${fixOf(settingInfo(url)).replace(/^write /, '')}`
  return { name: names.file, wrong, got: undefined, fix }
}
