import { maskNumbersIn } from '../../../shared/phone/mask.ts'
import { readPasswordHash, writePasswordHash, type PasswordHash } from './password-hash.ts'

/** `view` reads, `operate` acts too. */
export const roles = ['view', 'operate'] as const

export type Role = (typeof roles)[number]

export interface User {
  name: string
  role: Role
  password: PasswordHash
}

export type UsersReading =
  | { kind: 'ok'; users: User[] }
  /** What is wrong, by line: never what stands there, which may be a password in the wrong place. */
  | { kind: 'invalid'; problems: string[] }

const nameForm = /^[A-Za-z][A-Za-z0-9._@-]{0,63}$/

/** Undefined if it may be one. It is shown in the operators' log, where a customer's number must not come. */
export function userNameProblem(name: string): string | undefined {
  if (!nameForm.test(name)) {
    return 'must be 1 to 64 letters, digits, dots, @, _ and -, and begin with a letter'
  }
  return maskNumbersIn(name) === name ? undefined : 'must not hold a number like that of a phone'
}

/** One user a line, `name:role:hash`; blank lines and those that begin with `#` mean nothing. */
export function readUsers(text: string): UsersReading {
  const lines = text.split(/\r?\n/).map((line, index) => ({ line: line.trim(), at: index + 1 }))
  const users: User[] = []
  const problems: string[] = []
  for (const { line, at } of lines) {
    if (line === '' || line.startsWith('#')) continue
    const user = readUser(line)
    const problem = typeof user === 'string' ? user : repeated(user, users)
    if (problem !== undefined) problems.push(`line ${at}: ${problem}`)
    else if (typeof user !== 'string') users.push(user)
  }
  return problems.length === 0 ? { kind: 'ok', users } : { kind: 'invalid', problems }
}

export function writeUsers(users: readonly User[]): string {
  return users
    .map(({ name, role, password }) => `${name}:${role}:${writePasswordHash(password)}\n`)
    .join('')
}

/** The user, or what is wrong with the line. */
function readUser(line: string): User | string {
  const [name = '', role, hash, ...rest] = line.split(':')
  if (role === undefined || hash === undefined || rest.length > 0) return 'must be name:role:hash'
  const problem = userNameProblem(name)
  if (problem !== undefined) return `the name ${problem}`
  const known = roles.find((each) => each === role)
  if (known === undefined) return `the role must be ${roles.join(' or ')}`
  const password = readPasswordHash(hash)
  if (password === undefined) return 'the hash must be one that `ringback console users add` writes'
  return { name, role: known, password }
}

/** Of two lines one would count, and whoever takes a right away might do so in the other. */
function repeated({ name }: User, users: readonly User[]): string | undefined {
  return users.some((user) => user.name === name) ? 'the name stands in a line above' : undefined
}
