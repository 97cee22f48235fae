import { z } from 'zod'

import { logLevels } from './config.ts'
import { readRedisUrl } from './redis-url.ts'
import { defaultedSetting, optionalSetting } from './setting.ts'
import {
  duration,
  filePath,
  hostToListenOn,
  matching,
  oneOf,
  orNone,
  wholeNumber,
} from './value-types.ts'

/** Settings of the process. They come from the environment only. */
export const globalSettings = z.object({
  redisUrl: defaultedSetting(
    {
      format:
        'a URL `redis://[user:password@]host[:port][/database]`, or `rediss://` for TLS; special characters in the password percent-encoded',
      read: readRedisUrl,
    },
    {
      env: 'RINGBACK_REDIS_URL',
      description:
        'The Redis that holds everything. The password is never printed. Producers, workers and commands must name the same one.',
      default: 'redis://127.0.0.1:6379',
      example: 'rediss://ringback:secret@redis.example.com:6380',
      secret: 'password',
    },
  ),
  redisUrlFile: optionalSetting(filePath('the path of a file that holds such a URL'), {
    env: 'RINGBACK_REDIS_URL_FILE',
    description:
      'In place of RINGBACK_REDIS_URL, for a secret that is mounted as a file. It is read once, at start.',
    example: '/run/secrets/redis-url',
  }),
  namespace: defaultedSetting(
    matching(/^[a-z0-9-]{1,32}$/, '1 to 32 small letters, digits and hyphens'),
    {
      env: 'RINGBACK_NAMESPACE',
      description:
        'Start of every key in Redis: `{ringback:default}:inbox`. Lets several installations share one Redis.',
      default: 'ringback',
      example: 'ringback-staging',
    },
  ),
  config: optionalSetting(filePath('the path of a JSON file'), {
    env: 'RINGBACK_CONFIG',
    description:
      'A file with further destinations, each with its own settings; see "Many destinations" below.',
    example: './ringback.json',
  }),
  logLevel: defaultedSetting(oneOf(logLevels), {
    env: 'RINGBACK_LOG_LEVEL',
    description: 'The least severe lines that are still logged.',
    default: 'info',
    example: 'debug',
  }),
  opsPort: defaultedSetting(orNone(wholeNumber({ min: 0, max: 65_535 })), {
    env: 'RINGBACK_OPS_PORT',
    description:
      'Port of `/livez`, `/readyz` and `/metrics`. `0` takes any free port, `none` serves nothing.',
    default: '9464',
    example: '0',
  }),
  opsHost: defaultedSetting(hostToListenOn, {
    env: 'RINGBACK_OPS_HOST',
    description:
      'Address that port listens on. The default serves this machine only; a container needs `0.0.0.0`.',
    default: '127.0.0.1',
    example: '0.0.0.0',
  }),
  shutdownDeadline: defaultedSetting(duration({ min: '1ms', max: '1h' }), {
    env: 'RINGBACK_SHUTDOWN_DEADLINE',
    description:
      'How long a worker that was told to stop may take to finish the attempts under way. Must be longer than every attempt timeout: an attempt that is cut off may or may not have booked. Give the service manager some seconds more before it kills.',
    default: '20s',
    example: '30s',
  }),
  lockDuration: defaultedSetting(duration({ min: '1s', max: '10m' }), {
    env: 'RINGBACK_LOCK_DURATION',
    description:
      'How long a callback stays with a worker that has fallen silent; after that, and a sixth of it more at most, another worker takes it over. With the default and the default backoff a callback is attempted again at most 12 seconds after its worker was killed. A worker renews its locks twice in this time, so it may be busy or paused for half of it unharmed, and an attempt may last longer than it; a shorter time finds dead workers sooner and takes slow ones for dead.',
    default: '8s',
    example: '15s',
  }),
})
