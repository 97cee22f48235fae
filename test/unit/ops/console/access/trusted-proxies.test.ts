import { expect, it } from 'vitest'

import { readTrustedProxies } from '../../../../../src/ops/console/access/trusted-proxies.ts'

const reading = readTrustedProxies('127.0.0.1, 10.1.0.0/16,fd00::/8')

it.each([
  ['127.0.0.1', true],
  ['::ffff:127.0.0.1', true],
  ['10.1.255.255', true],
  ['fd12::1', true],
  ['127.0.0.2', false],
  ['10.2.0.1', false],
  ['::1', false],
  ['', false],
  ['proxy.example', false],
  [undefined, false],
])('tells whether %s is a trusted proxy: %s', (address, isTrusted) => {
  expect(reading.kind === 'ok' && reading.proxies.has(address)).toBe(isTrusted)
})

it.each([
  ['proxy.example', 1],
  ['127.0.0.1,10.0.0.0/33', 2],
  ['10.0.0.0/', 1],
  ['10.0.0.0/8/8', 1],
  ['0.0.0.0/0', 1],
  ['::/0', 1],
])('refuses %s', (text, at) => {
  const problem = `must be addresses or networks such as 10.0.0.0/8; number ${at} is neither`
  expect(readTrustedProxies(text)).toEqual({ kind: 'invalid', problem })
})

it.each(['', ' , '])('refuses to trust nobody', (text) => {
  expect(readTrustedProxies(text)).toEqual({
    kind: 'invalid',
    problem: 'must name at least one address',
  })
})
