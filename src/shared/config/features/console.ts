import { defineFeature } from '../feature.ts'
import { defaultedSetting, optionalSetting } from '../setting.ts'
import { loopbackHost, matching, wholeNumber } from '../value-types.ts'

export const consoleSettings = defineFeature(
  {
    title: 'Console',
    text: 'Of `ringback console`: the page to leave open. It only reads.',
  },
  {
    /** 0: any free port. */
    consolePort: defaultedSetting(wholeNumber({ min: 0, max: 65_535 }), {
      name: 'consolePort',
      env: 'RINGBACK_CONSOLE_PORT',
      description: 'Port of the console. `0` takes any free port.',
      default: '9465',
      example: '0',
    }),
    consoleHost: defaultedSetting(loopbackHost, {
      name: 'consoleHost',
      env: 'RINGBACK_CONSOLE_HOST',
      description:
        'Address that port listens on. The console knows no users, so it listens on this machine only: reach it through an SSH tunnel, or through a proxy on the same machine that knows who may see it.',
      default: '127.0.0.1',
      example: '::1',
    }),
    consoleName: optionalSetting(
      matching(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i, 'a host name'),
      {
        name: 'consoleName',
        env: 'RINGBACK_CONSOLE_NAME',
        description:
          'Host name under which a proxy on this machine serves the console. A request for any other name but that of this machine is refused, so that no page of somebody else can ask in its name.',
        example: 'ringback.example.com',
      },
    ),
    consoleBasePath: defaultedSetting(
      matching(/^\/(?:[\w.-]+\/)*$/, 'a path that begins and ends with /'),
      {
        name: 'consoleBasePath',
        env: 'RINGBACK_CONSOLE_BASE_PATH',
        description: 'Path under which a proxy serves the console.',
        default: '/',
        example: '/ringback/',
      },
    ),
    consoleLabel: optionalSetting(matching(/^[^\p{C}]{1,40}$/u, '1 to 40 visible characters'), {
      name: 'consoleLabel',
      env: 'RINGBACK_CONSOLE_LABEL',
      description: 'What the page says that it is about, beside its name.',
      example: 'production',
    }),
  },
)
