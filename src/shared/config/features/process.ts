import { defineFeature } from '../feature.ts'
import { defaultedSetting, optionalSetting } from '../setting.ts'
import { duration, filePath, oneOf } from '../value-types.ts'

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

/** How the spans of attempts belong to their submission. */
const attemptSpans = ['linked', 'nested'] as const

export type AttemptSpans = (typeof attemptSpans)[number]

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
    attemptSpans: defaultedSetting(oneOf(attemptSpans), {
      name: 'attemptSpans',
      env: 'RINGBACK_ATTEMPT_SPANS',
      description:
        'Where a worker is traced: `linked`, an attempt is a trace of its own with a link to the submission; `nested`, it is a child of the submission, in the trace of that, for backends that show no links. That trace is then open for as long as the callback waits, and whether it is kept is what the sampler of the producer has decided.',
      default: 'linked',
      example: 'nested',
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
