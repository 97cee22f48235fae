import { defineFeature } from '../feature.ts'
import { defaultedSetting, optionalSetting } from '../setting.ts'
import type { ConfigProblem } from '../config-problem.ts'
import {
  filePath,
  hostToListenOn,
  isLoopbackHost,
  matching,
  oneOf,
  orNone,
  wholeNumber,
} from '../value-types.ts'

export const consoleSettings = defineFeature(
  {
    title: 'Console',
    text: 'Of `ringback console`: the page to leave open.',
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
    consoleHost: defaultedSetting(hostToListenOn, {
      name: 'consoleHost',
      env: 'RINGBACK_CONSOLE_HOST',
      description:
        'Address that port listens on. The default serves this machine only. Any other needs RINGBACK_CONSOLE_USERS_FILE or RINGBACK_CONSOLE_PROXIES, and RINGBACK_CONSOLE_NAME.',
      default: '127.0.0.1',
      example: '0.0.0.0',
    }),
    /** 0: any free port. `undefined`: nothing is told. */
    consoleMetricsPort: defaultedSetting(orNone(wholeNumber({ min: 0, max: 65_535 })), {
      name: 'consoleMetricsPort',
      env: 'RINGBACK_CONSOLE_METRICS_PORT',
      description:
        'Port of `/metrics`, where the console tells of itself, at RINGBACK_OPS_HOST and to whoever can reach it. `0` takes any free port, `none` serves nothing.',
      default: 'none',
      example: '9467',
    }),
    consoleName: optionalSetting(
      matching(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i, 'a host name'),
      {
        name: 'consoleName',
        env: 'RINGBACK_CONSOLE_NAME',
        description:
          'Host name under which the console is served. A request for any other name but that of this machine is refused, so that no page of somebody else can ask in its name.',
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
    consoleUsersFile: optionalSetting(
      filePath('the path of a file that `ringback console users add` has written'),
      {
        name: 'consoleUsersFile',
        env: 'RINGBACK_CONSOLE_USERS_FILE',
        description:
          'Who may log in, and whether to act or only to look. It is read once, at startup. Without it, and without RINGBACK_CONSOLE_PROXIES, whoever reaches the console is let in.',
        example: '/etc/ringback/console-users',
      },
    ),
    consoleProxies: optionalSetting(
      matching(/^[0-9A-Fa-f:.,/ ]{2,1000}$/, 'addresses or networks, separated by commas'),
      {
        name: 'consoleProxies',
        env: 'RINGBACK_CONSOLE_PROXIES',
        description:
          'Proxies that know who somebody is, and say so in RINGBACK_CONSOLE_USER_HEADER. From any other address that header counts for nothing. Whoever is in RINGBACK_CONSOLE_USERS_FILE has the role that stands there, anybody else may look.',
        example: '10.0.3.7, fd00:1::/64',
      },
    ),
    consoleUserHeader: defaultedSetting(
      matching(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'the name of a header'),
      {
        name: 'consoleUserHeader',
        env: 'RINGBACK_CONSOLE_USER_HEADER',
        description:
          'Header in which such a proxy names the user. It has to take away what the browser sends under that name.',
        default: 'X-Forwarded-User',
        example: 'X-Auth-Request-Email',
      },
    ),
    consoleAccess: optionalSetting(oneOf(['read', 'operate']), {
      name: 'consoleAccess',
      env: 'RINGBACK_CONSOLE_ACCESS',
      description:
        'With `read`, nobody can change anything here, whatever their role. With `operate`, whoever may act, may: without users that is everybody on this machine. Default: `read` without users, `operate` with them.',
      example: 'operate',
    }),
    consoleLabel: optionalSetting(matching(/^[^\p{C}]{1,40}$/u, '1 to 40 visible characters'), {
      name: 'consoleLabel',
      env: 'RINGBACK_CONSOLE_LABEL',
      description: 'What the page says that it is about, beside its name.',
      example: 'production',
    }),
  },
)

interface Listening {
  consoleHost: string
  consoleUsersFile: string | undefined
  consoleProxies: string | undefined
}

/** Who reaches a console that knows nobody sees everything. */
export function unguardedProblems({
  consoleHost,
  consoleUsersFile,
  consoleProxies,
}: Listening): ConfigProblem[] {
  const isGuarded = consoleUsersFile !== undefined || consoleProxies !== undefined
  if (isGuarded || isLoopbackHost(consoleHost)) return []
  const wrong = 'is not an address of this machine alone, and the console knows no users'
  const fix =
    'make some with `ringback console users add` and set RINGBACK_CONSOLE_USERS_FILE, or set RINGBACK_CONSOLE_PROXIES, or write 127.0.0.1'
  return [{ name: 'RINGBACK_CONSOLE_HOST', wrong, got: JSON.stringify(consoleHost), fix }]
}
