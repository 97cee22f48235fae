import { expect, it } from 'vitest'

import {
  hashPassword,
  isPassword,
  readPasswordHash,
  saltLength,
  writePasswordHash,
} from '../../../../../src/ops/operations/console-users/password-hash.ts'

const salt = Buffer.alloc(saltLength, 7)
const stored = await hashPassword('correct horse', salt)
const written = writePasswordHash(stored)

it('knows its password and no other', async () => {
  expect(await isPassword('correct horse', stored)).toBe(true)
  expect(await isPassword('correct horses', stored)).toBe(false)
  expect(await isPassword('', stored)).toBe(false)
})

it('knows a password however its accents were typed', async () => {
  const accented = await hashPassword('caf\u00e9', salt)
  expect(await isPassword('cafe\u0301', accented)).toBe(true)
})

it('is read as it was written', () => {
  expect(written).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$/)
  expect(readPasswordHash(written)).toEqual(stored)
})

it('differs by its salt for one password', async () => {
  const other = await hashPassword('correct horse', Buffer.alloc(saltLength, 8))
  expect(other.hash.equals(stored.hash)).toBe(false)
})

it.each([
  ['a password in clear', 'correct horse'],
  ['too little work', written.replace('ln=15', 'ln=14')],
  ['too little work at once', written.replace('p=3', 'p=1')],
  ['more memory than a login may take', written.replace('ln=15', 'ln=20')],
  ['larger blocks than a login may take', written.replace('r=8', 'r=64')],
  ['a longer time than a login may take', written.replace('p=3', 'p=99')],
  ['a hash that was cut', written.slice(0, -1)],
  ['another line behind it', written + '\n'],
])('does not read %s', (_, text) => {
  expect(readPasswordHash(text)).toBeUndefined()
})
