import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'

import { RingbackError } from '../../../shared/errors/errors.ts'
import { readTextFile } from '../../../shared/config/text-file.ts'
import { replaceFile } from '../files/replace-file.ts'
import { hashPassword, saltLength } from './password-hash.ts'
import { readUsers, userNameProblem, writeUsers, type Role, type User } from './users-file.ts'

/** What became of a wish to change who may use the console. Files and names are as they were given. */
export interface ChangedUsers {
  file: string
  name: string
  outcome: 'added' | 'changed' | 'removed' | 'unknown'
}

export interface ListedUsers {
  file: string
  users: { name: string; role: Role }[]
}

export interface AddUserRequest {
  file: string
  name: string
  role: Role
  password: string
}

/** Adds a user, or gives one that is there another role and password. */
export async function addConsoleUser({
  file,
  name,
  role,
  password,
}: AddUserRequest): Promise<ChangedUsers> {
  const problem = userNameProblem(name)
  if (problem !== undefined) throw wrong(`The name of a user ${problem}.`)
  const text = textOf(file)
  const isThere = usersIn(file, text).some((user) => user.name === name)
  const user = { name, role, password: await hashPassword(password, randomBytes(saltLength)) }
  replaceFile(file, `${endedLine(withoutUser(text, name))}${writeUsers([user])}`)
  return { file, name, outcome: isThere ? 'changed' : 'added' }
}

export function removeConsoleUser(file: string, name: string): ChangedUsers {
  const text = textOf(file)
  const isThere = usersIn(file, text).some((user) => user.name === name)
  if (isThere) replaceFile(file, withoutUser(text, name))
  return { file, name, outcome: isThere ? 'removed' : 'unknown' }
}

export function listConsoleUsers(file: string): ListedUsers {
  const users = usersIn(file, textOf(file)).map(({ name, role }) => ({ name, role }))
  return { file, users }
}

/** Throws `invalid-configuration` if it cannot be read, or holds anything but users. */
export function readUsersFile(file: string): User[] {
  return usersIn(file, readFile(file))
}

/** Empty where there is no file yet. */
function textOf(file: string): string {
  return existsSync(file) ? readFile(file) : ''
}

function readFile(file: string): string {
  const reading = readTextFile(file)
  if (reading.kind === 'ok') return reading.value
  throw wrong(`The path of the users file ${reading.message}: ${file}.`)
}

function usersIn(file: string, text: string): User[] {
  const reading = readUsers(text)
  if (reading.kind === 'ok') return reading.users
  throw wrong(`The users file ${file}: ${reading.problems.join('; ')}.`)
}

function wrong(message: string): RingbackError {
  return new RingbackError('invalid-configuration', message)
}

/** Remarks stay where they are. */
function withoutUser(text: string, name: string): string {
  const lines = text.split('\n').filter((line) => !line.trimStart().startsWith(`${name}:`))
  return lines.join('\n')
}

function endedLine(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}
