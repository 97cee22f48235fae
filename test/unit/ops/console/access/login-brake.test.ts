import { expect, it } from 'vitest'

import {
  createLoginBrake,
  type LoginBrake,
} from '../../../../../src/ops/console/access/login-brake.ts'

const ada = { name: 'ada', address: '192.0.2.1', nowMs: 0 }

function fail(brake: LoginBrake, times: number, who = ada): LoginBrake {
  for (let time = 0; time < times; time += 1) brake.failed(who)
  return brake
}

it('lets people mistype', () => {
  expect(fail(createLoginBrake(), 4).waitMs(ada)).toBe(0)
})

it.each([
  [5, 1_000],
  [6, 2_000],
  [8, 8_000],
  [10, 30_000],
  [5_000, 30_000],
])('after %i failures another try has to wait %i ms', (times, waitMs) => {
  const brake = fail(createLoginBrake(), times)
  expect(brake.waitMs(ada)).toBe(waitMs)
  expect(brake.waitMs({ ...ada, nowMs: waitMs })).toBe(0)
})

it('slows one name from many addresses', () => {
  const brake = createLoginBrake()
  for (let host = 1; host <= 5; host += 1) brake.failed({ ...ada, address: `192.0.2.${host}` })
  expect(brake.waitMs({ ...ada, address: '198.51.100.1' })).toBe(1_000)
})

it('slows one address that tries many names, and nobody else', () => {
  const brake = createLoginBrake()
  for (const name of ['a', 'b', 'c', 'd', 'e']) brake.failed({ ...ada, name })
  expect(brake.waitMs({ ...ada, name: 'f' })).toBe(1_000)
  expect(brake.waitMs({ ...ada, name: 'f', address: '192.0.2.2' })).toBe(0)
})

it.each([
  ['2001:db8:1:2::5', '2001:db8:1:2:a:b:c:d', 1_000],
  ['2001:db8::5', '2001:db8:0:0:9::', 1_000],
  ['::ffff:192.0.2.9', '192.0.2.9', 1_000],
  ['2001:db8:1:2::5', '2001:db8:1:3::5', 0],
])('counts the failures of %s against %s: %i ms', (address, other, waitMs) => {
  const brake = fail(createLoginBrake(), 5, { ...ada, address })
  expect(brake.waitMs({ ...ada, name: 'bob', address: other })).toBe(waitMs)
})

it('forgives a name that has logged in, and not its address', () => {
  const brake = fail(createLoginBrake(), 5)
  brake.succeeded(ada)
  expect(brake.waitMs({ ...ada, address: '192.0.2.2' })).toBe(0)
  expect(brake.waitMs({ ...ada, name: 'bob' })).toBe(1_000)
})

it('forgets after a quarter of an hour', () => {
  const brake = fail(createLoginBrake(), 9)
  const later = { ...ada, nowMs: 900_000 }
  brake.failed(later)
  expect(brake.waitMs(later)).toBe(0)
})

it('keeps no more than so many addresses, and forgets no name for them', () => {
  const brake = fail(createLoginBrake(), 5)
  for (let host = 0; host < 10_000; host += 1) {
    brake.failed({ name: undefined, address: `host-${host}`, nowMs: 1 })
  }
  expect(brake.waitMs({ ...ada, name: 'bob' })).toBe(0)
  expect(brake.waitMs({ ...ada, address: 'elsewhere' })).toBe(1_000)
  expect(brake.waitMs({ name: undefined, address: 'elsewhere', nowMs: 1 })).toBe(30_000)
})
