import { defineFeature } from '../feature.ts'
import { defaultedSetting, optionalSetting } from '../setting.ts'
import { duration, filePath, oneOf } from '../value-types.ts'

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

export type LogLevel = (typeof logLevels)[number]

export const processSettings = defineFeature(
  { title: 'The process' },
  {
    configFile: optionalSetting(filePath('the path of a JSON file'), {
      name: 'config',
      env: 'RINGBACK_CONFIG',
      description:
        'A file with further destinations, each with its own settings; see "Many destinations" below.',
      example: './ringback.json',
    }),
    logLevel: defaultedSetting(oneOf(logLevels), {
      name: 'logLevel',
      env: 'RINGBACK_LOG_LEVEL',
      description: 'The lowest level that is logged.',
      default: 'info',
      example: 'debug',
    }),
    shutdownDeadlineMs: defaultedSetting(duration({ min: '1ms', max: '1h' }), {
      name: 'shutdownDeadline',
      env: 'RINGBACK_SHUTDOWN_DEADLINE',
      description:
        'How long a stopping worker may take to finish the attempts under way. Must be longer than every attempt timeout: an attempt that is cut off may or may not have booked. Give the service manager a few seconds more before it kills the worker.',
      default: '20s',
      example: '30s',
    }),
    /** How long a job stays with a worker that has fallen silent. */
    lockDurationMs: defaultedSetting(duration({ min: '1s', max: '10m' }), {
      name: 'lockDuration',
      env: 'RINGBACK_LOCK_DURATION',
      description:
        'How long a callback stays with a worker that has fallen silent; after that, and at most a sixth more, another worker takes it over. With the default and the default backoff a callback is attempted again at most 12 seconds after its worker was killed. A worker renews its locks twice in this time, so it may be busy or paused for half of it without harm, and an attempt may last longer; a shorter time finds dead workers sooner, and takes slow ones for dead.',
      default: '8s',
      example: '15s',
    }),
  },
)
