import { randomBytes } from 'node:crypto'

import type { ConsoleConfig } from '../../../shared/config/load.ts'
import { refuse } from '../../../shared/config/refuse.ts'
import type { Clock } from '../../../shared/time/clock.ts'
import { readUsersFile } from '../../operations/console-users/change-users.ts'
import { saltLength } from '../../operations/console-users/password-hash.ts'
import { createCheckLogin } from './check-login.ts'
import { createLoginBrake } from './login-brake.ts'
import { createLoginDesk } from './login-desk.ts'
import { createSessions } from './sessions.ts'
import { readTrustedProxies, type TrustedProxies } from './trusted-proxies.ts'
import type { AccessRules } from './who-asks.ts'

interface AccessOptions {
  config: Pick<ConsoleConfig, 'usersFile' | 'proxies' | 'userHeader' | 'access'>
  /** Who acts where nobody logs in. */
  localName: string
  clock: Clock
}

const sessionIdLength = 24

/** Who is let in, as the settings have it. Throws `invalid-configuration`. */
export async function readAccess({ config, localName, clock }: AccessOptions) {
  const { usersFile, proxies, userHeader, access } = config
  const users = usersFile === undefined ? undefined : readUsersFile(usersFile)
  const rules: AccessRules = { users, proxies: proxiesIn(proxies), userHeader, access, localName }
  const sessions = createSessions(() => randomBytes(sessionIdLength).toString('base64url'))
  if (users === undefined) return { rules, sessions, login: undefined }
  const names = new Set(users.map(({ name }) => name))
  const login = createLoginDesk({
    check: await createCheckLogin(users, randomBytes(saltLength)),
    brake: createLoginBrake(),
    isName: (name) => names.has(name),
    now: () => clock.now(),
  })
  return { rules, sessions, login }
}

function proxiesIn(text: string | undefined): TrustedProxies | undefined {
  if (text === undefined) return undefined
  const reading = readTrustedProxies(text)
  if (reading.kind === 'ok') return reading.proxies
  const fix = 'write addresses or networks, for example 10.0.3.7, fd00:1::/64'
  refuse([{ name: 'RINGBACK_CONSOLE_PROXIES', wrong: reading.problem, got: undefined, fix }])
  return undefined
}
