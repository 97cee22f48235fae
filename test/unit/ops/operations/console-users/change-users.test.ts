import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, it, onTestFinished } from 'vitest'

import {
  addConsoleUser,
  listConsoleUsers,
  readUsersFile,
  removeConsoleUser,
} from '../../../../../src/ops/operations/console-users/change-users.ts'
import { isPassword } from '../../../../../src/ops/operations/console-users/password-hash.ts'

async function freshFile(text?: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ringback-users-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'users')
  if (text !== undefined) await writeFile(file, text)
  return file
}

const ada = { name: 'ada', role: 'view', password: 'correct horse' } as const

it('adds users to a file that nobody else may read, and removes them', async () => {
  const file = await freshFile()
  expect(await addConsoleUser({ ...ada, file })).toEqual({ file, name: 'ada', outcome: 'added' })
  await addConsoleUser({ ...ada, name: 'bob', file })
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(removeConsoleUser(file, 'ada')).toMatchObject({ outcome: 'removed' })
  expect(removeConsoleUser(file, 'ada')).toMatchObject({ outcome: 'unknown' })
  expect(listConsoleUsers(file).users).toEqual([{ name: 'bob', role: 'view' }])
})

it('gives a user that is there another role and password, and leaves remarks where they are', async () => {
  const file = await freshFile('# the team\n')
  await addConsoleUser({ ...ada, file })
  const changed = { ...ada, role: 'operate', password: 'another one', file } as const
  expect(await addConsoleUser(changed)).toMatchObject({ outcome: 'changed' })
  const [user, ...others] = readUsersFile(file)
  expect({ role: user?.role, others }).toEqual({ role: 'operate', others: [] })
  expect(user && (await isPassword('another one', user.password))).toBe(true)
  expect(await readFile(file, 'utf8')).toMatch(/^# the team\nada:operate:\$scrypt/)
})

it('keeps no password', async () => {
  const file = await freshFile()
  await addConsoleUser({ ...ada, file })
  expect(await readFile(file, 'utf8')).not.toContain(ada.password)
})

it('changes nothing in a file that holds anything but users, and does not say what that is', async () => {
  const text = 'ada:hunter2\n'
  const file = await freshFile(text)
  const adding = addConsoleUser({ ...ada, file })
  await expect(adding).rejects.toThrow('line 1: must be name:role:hash')
  await expect(adding).rejects.not.toThrow('hunter2')
  expect(await readFile(file, 'utf8')).toBe(text)
})

it('refuses a name that none may have', async () => {
  const file = await freshFile()
  await expect(addConsoleUser({ ...ada, name: 'a:b', file })).rejects.toThrow('The name of a user')
})

it('says that a console names a file that does not exist', async () => {
  const file = await freshFile()
  expect(() => readUsersFile(file)).toThrow('names a file that does not exist')
})
