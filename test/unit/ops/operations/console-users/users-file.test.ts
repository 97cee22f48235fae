import { expect, it } from 'vitest'

import {
  hashPassword,
  saltLength,
  writePasswordHash,
} from '../../../../../src/ops/operations/console-users/password-hash.ts'
import {
  readUsers,
  userNameProblem,
  writeUsers,
} from '../../../../../src/ops/operations/console-users/users-file.ts'

const password = await hashPassword('secret', Buffer.alloc(saltLength, 1))
const hash = writePasswordHash(password)
const ada = { name: 'ada', role: 'operate' as const, password }
const bob = { name: 'bob@example.com', role: 'view' as const, password }

it('reads the users it has written', () => {
  expect(readUsers(writeUsers([ada, bob]))).toEqual({ kind: 'ok', users: [ada, bob] })
})

it('passes over blank lines and remarks, and takes line ends of Windows', () => {
  const text = `# the team\r\n\r\nada:operate:${hash}\r\n`
  expect(readUsers(text)).toEqual({ kind: 'ok', users: [ada] })
})

it.each([
  ['what is missing', 'ada:operate', 'line 1: must be name:role:hash'],
  ['a role that does not exist', `ada:admin:${hash}`, 'line 1: the role must be view or operate'],
  ['a name in two lines', `ada:view:${hash}\nada:operate:${hash}`, 'line 2: the name stands'],
  ['a name of another form', `<b>:view:${hash}`, 'line 1: the name must be 1 to 64'],
  ['a number for a name', `a+18445791189:view:${hash}`, 'line 1: the name must'],
  ['a password in clear', 'ada:view:tr0ub4dor', 'line 1: the hash must be one that'],
])('complains of %s', (_, text, problem) => {
  const reading = readUsers(text)
  expect(reading).toEqual({ kind: 'invalid', problems: [expect.stringContaining(problem)] })
  expect(JSON.stringify(reading)).not.toContain('tr0ub4dor')
})

it('takes no name that looks like a number', () => {
  expect(userNameProblem('a18445791189')).toBe('must not hold a number like that of a phone')
  expect(userNameProblem('ada.lovelace-2')).toBeUndefined()
})
