import { expect, it } from 'vitest'

import { loggable, maskSecretsIn } from '../../../../src/shared/telemetry/mask-secrets.ts'

it.each([
  ['a token', 'bad eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln!', 'bad [token]!'],
  ['the beginning of one', 'Unexpected token in "eyJhbGciOiJS"', 'Unexpected token in "[token]"'],
  ['a session', 'Session 00DHs00000Kmpyr!AQcA.x_y expired', 'Session [token] expired'],
  ['a session, broken', '00DHs00000KmpyrMAB ! AQcA.x_y', '[token]'],
  ['whatever bears', 'Authorization: Bearer 0123456789abcdef=', 'Authorization: Bearer [token]'],
  ['a number', `Unexpected "+18445791189" in JSON`, 'Unexpected "+18•••89" in JSON'],
  ['a number, spaced', 'to +1 (844) 579-1189', 'to +18•••89'],
  ['a number of full width', 'to ＋１８４４５７９１１８９', 'to +18•••89'],
  ['a number in Arabic digits', 'to +١٨٤٤٥٧٩١١٨٩', 'to •••'],
])('masks %s', (_, message, masked) => {
  expect(maskSecretsIn(message)).toBe(masked)
})

it.each([
  'connect ECONNREFUSED 10.255.255.101:6379',
  'OOM command not allowed when used memory > 536870912',
  'entry 1772120452000-0 of 2026-02-26T15:40:52+01:00',
  'Bearer authentication failed',
])('leaves what people need: %s', (message) => {
  expect(loggable(message)).toBe(message)
})

it('logs one bounded line without what a terminal obeys, and without half a number where it is cut', () => {
  expect(loggable('a\u001b[31m\nb')).toBe(String.raw`a\u001b[31m\u000ab`)
  const long = loggable(`${'x'.repeat(4_090)}+18445791189 ${'x'.repeat(9_000)}`)
  expect(long).toMatch(/^x+…$/)
  expect(long.length).toBeLessThan(4_096)
})
