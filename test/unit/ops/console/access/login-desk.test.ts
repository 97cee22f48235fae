import { expect, it } from 'vitest'

import type { CheckLogin } from '../../../../../src/ops/console/access/check-login.ts'
import { createLoginBrake } from '../../../../../src/ops/console/access/login-brake.ts'
import { createLoginDesk, mostInLine } from '../../../../../src/ops/console/access/login-desk.ts'

const ada = { name: 'ada', role: 'view' as const }
const login = { name: 'ada', password: 'right', address: '192.0.2.1' }

function deskWith(check: CheckLogin) {
  const isName = (name: string) => name === 'ada'
  return createLoginDesk({ check, brake: createLoginBrake(), isName, now: () => 0 })
}

const checking: CheckLogin = ({ password }) =>
  Promise.resolve(password === 'right' ? ada : undefined)

it('lets in who knows the password', async () => {
  expect(await deskWith(checking)(login)).toEqual({ kind: 'in', operator: ada })
})

it('tries nothing while somebody has to wait, not even the right password', async () => {
  const desk = deskWith(checking)
  for (let time = 0; time < 5; time += 1) {
    expect(await desk({ ...login, password: 'wrong' })).toEqual({ kind: 'wrong' })
  }
  expect(await desk(login)).toEqual({ kind: 'wait', waitMs: 1_000 })
})

it('tries one password at a time, so that many at once are slowed as well', async () => {
  let under = 0
  let most = 0
  let tried = 0
  const desk = deskWith(async () => {
    under += 1
    tried += 1
    most = Math.max(most, under)
    await Promise.resolve()
    under -= 1
    return undefined
  })
  const answers = await Promise.all(Array.from({ length: 20 }, () => desk(login)))
  expect({ most, tried }).toEqual({ most: 1, tried: 5 })
  expect(answers.filter(({ kind }) => kind === 'wait')).toHaveLength(15)
})

it('sends away whoever comes when the line is full, and goes on', async () => {
  const desk = deskWith(checking)
  const line = Array.from({ length: mostInLine }, () => desk(login))
  expect(await desk(login)).toEqual({ kind: 'crowded' })
  await Promise.all(line)
  expect(await desk(login)).toEqual({ kind: 'in', operator: ada })
})

it('goes on after a trial that failed by itself', async () => {
  let isFirst = true
  const desk = deskWith((given) => {
    if (!isFirst) return checking(given)
    isFirst = false
    return Promise.reject(new Error('no memory'))
  })
  await expect(desk(login)).rejects.toThrow('no memory')
  expect(await desk(login)).toMatchObject({ kind: 'in' })
})
