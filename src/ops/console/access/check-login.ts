import { hashPassword, isPassword } from '../../operations/console-users/password-hash.ts'
import type { Role, User } from '../../operations/console-users/users-file.ts'

/** Who has shown who they are. */
export interface Operator {
  name: string
  role: Role
}

export interface Credentials {
  name: string
  password: string
}

export type CheckLogin = (given: Credentials) => Promise<Operator | undefined>

/** No password is longer, and hashing what a stranger sends must not depend on how much it is. */
const longestPassword = 1024

/** A name that nobody has takes as long as a wrong password, so that the time does not tell which names there are. */
export async function createCheckLogin(
  users: readonly User[],
  decoySalt: Buffer,
): Promise<CheckLogin> {
  const decoy = await hashPassword('', decoySalt)
  const byName = new Map(users.map((user) => [user.name, user]))

  return async ({ name, password }) => {
    if (password.length > longestPassword) return undefined
    const user = byName.get(name)
    const isRight = await isPassword(password, user?.password ?? decoy)
    return user !== undefined && isRight ? { name: user.name, role: user.role } : undefined
  }
}
