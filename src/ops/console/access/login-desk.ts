import type { CheckLogin, Credentials, Operator } from './check-login.ts'
import type { LoginBrake } from './login-brake.ts'

export type LoginAnswer =
  | { kind: 'in'; operator: Operator }
  | { kind: 'wrong' }
  /** Nothing was tried. */
  | { kind: 'wait'; waitMs: number }
  | { kind: 'crowded' }

export interface LoginTry extends Credentials {
  address: string
}

interface Desk {
  check: CheckLogin
  brake: LoginBrake
  isName: (name: string) => boolean
  now: () => number
}

/** So many may stand in line; each trial takes about a fifth of a second. */
export const mostInLine = 25

/**
 * Tries one password after the other: a trial takes 32 MiB, and a strangers’ hundred at a time would take all memory. So the brake
 * has counted each failure before the next one is tried.
 */
export function createLoginDesk({ check, brake, isName, now }: Desk) {
  let inLine = 0
  let last: Promise<unknown> = Promise.resolve()

  async function attempt({ address, ...given }: LoginTry): Promise<LoginAnswer> {
    const who = { name: isName(given.name) ? given.name : undefined, address }
    const waitMs = brake.waitMs({ ...who, nowMs: now() })
    if (waitMs > 0) return { kind: 'wait', waitMs }
    const operator = await check(given)
    if (operator === undefined) {
      brake.failed({ ...who, nowMs: now() })
      return { kind: 'wrong' }
    }
    brake.succeeded({ ...who, nowMs: now() })
    return { kind: 'in', operator }
  }

  return async (login: LoginTry): Promise<LoginAnswer> => {
    if (inLine >= mostInLine) return { kind: 'crowded' }
    inLine += 1
    const mine = last.then(() => attempt(login)).finally(() => (inLine -= 1))
    last = mine.catch(() => undefined)
    return mine
  }
}
