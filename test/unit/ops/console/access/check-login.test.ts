import { expect, it } from 'vitest'

import { createCheckLogin } from '../../../../../src/ops/console/access/check-login.ts'
import {
  hashPassword,
  saltLength,
} from '../../../../../src/ops/operations/console-users/password-hash.ts'

const salt = Buffer.alloc(saltLength, 1)
const password = await hashPassword('secret', salt)
const check = await createCheckLogin([{ name: 'ada', role: 'view', password }], salt)

it('lets in whoever knows the password, in the role of the file', async () => {
  expect(await check({ name: 'ada', password: 'secret' })).toEqual({ name: 'ada', role: 'view' })
})

it.each([
  ['another password', 'ada', 'Secret'],
  ['a name that nobody has', 'bob', 'secret'],
  ['a name that nobody has and no password', 'bob', ''],
  ['a name that only objects have', '__proto__', ''],
  ['more than any password', 'ada', 'x'.repeat(1025)],
])('lets nobody in with %s', async (_, name, given) => {
  expect(await check({ name, password: given })).toBeUndefined()
})
