import fc from 'fast-check'
import { expect, it } from 'vitest'

import { decodeIntent } from '../../../../src/shared/contract/decode-intent.ts'
import { maxIntentBytes } from '../../../../src/shared/contract/intent.ts'
import { describeProblems } from '../../../../src/shared/errors/problem.ts'
import { accepted, callbackNumber, intentOf, least } from './sample-intent.ts'

const nested = `{"callId":"c","callbackNumber":"${callbackNumber}","attributes":${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}}`

it.each<[string, Uint8Array | undefined, string]>([
  ['nothing', undefined, 'intent: the entry has no field of this name'],
  ['no bytes', bytes(''), 'intent: is not JSON'],
  ['text that is not JSON', bytes('call me back'), 'intent: is not JSON'],
  ['JSON that breaks off', bytes('{"callId":"c"'), 'intent: is not JSON'],
  ['an array', bytes('[]'), 'intent: must be a JSON object'],
  ['a string', bytes('"c"'), 'intent: must be a JSON object'],
  ['null', bytes('null'), 'intent: must be a JSON object'],
  ['invalid UTF-8', Buffer.from([0x7b, 0xc3, 0x28, 0x7d]), 'intent: is not valid UTF-8'],
  ['UTF-16', Buffer.from(JSON.stringify(least), 'utf16le'), 'intent: is not JSON'],
  ['1 MB', Buffer.alloc(1_048_576, 0x20), 'intent: is 1048576 bytes long; the limit is 16384'],
  ['arrays 8,000 deep', bytes('['.repeat(8_000)), 'intent: is not JSON'],
])('says of %s what is wrong', (_, given, message) => {
  const parsed = decodeIntent(given)
  expect(parsed).toMatchObject({ kind: 'invalid', id: undefined })
  expect(parsed.kind === 'invalid' && describeProblems(parsed.problems)).toBe(message)
})

it('refuses attributes nested 2,000 deep without running out of stack', () => {
  expect(decodeIntent(bytes(nested))).toMatchObject({
    kind: 'invalid',
    problems: [{ field: 'attributes' }],
  })
})

it('reads the same intent from bytes as from an object, behind a byte order mark too', () => {
  const json = JSON.stringify({ ...least, attributes: { note: 'Grüße 👋' } })
  const intent = intentOf(JSON.parse(json))
  expect(accepted(decodeIntent(bytes(json))).intent).toEqual(intent)
  expect(accepted(decodeIntent(bytes(`\ufeff${json}`))).intent).toEqual(intent)
})

it('takes the largest intent allowed and refuses one byte more', () => {
  const json = JSON.stringify(least)
  const largest = json.padEnd(maxIntentBytes, ' ')
  expect(decodeIntent(bytes(largest)).kind).toBe('ok')
  expect(decodeIntent(bytes(`${largest} `)).kind).toBe('invalid')
})

it.each([
  [
    '{"callId":"dup","callbackNumber":"+18445791189","callbackNumber":"+18445791180"}',
    'callbackNumber: is given more than once; it is not clear which one is meant',
    undefined,
  ],
  [
    `{"id":"a","callId":"c","callbackNumber":"${callbackNumber}","attributes":{"q":"x","q":"y"}}`,
    'attributes.q: is given more than once; it is not clear which one is meant',
    'a',
  ],
  [
    `{"id":"a","id":"b","callId":"c","callbackNumber":"${callbackNumber}"}`,
    'id: is given more than once; it is not clear which one is meant',
    undefined,
  ],
  [
    `{"id":"a","callId":"c","callId":"c","callbackNumber":"${callbackNumber}"}`,
    'callId: is given more than once; it is not clear which one is meant',
    'a',
  ],
  [
    `{"${callbackNumber}":1,"${callbackNumber}":2}`,
    '(unprintable name): is given more than once; it is not clear which one is meant',
    undefined,
  ],
  [
    `{"callId":"c","callbackNumber":"${callbackNumber}","attributes":{},"attributes":{}}`,
    'attributes: is given more than once; it is not clear which one is meant',
    undefined,
  ],
])('refuses by name what is given twice: %s', (json, message, id) => {
  const parsed = decodeIntent(bytes(json))
  expect(parsed).toMatchObject({ kind: 'invalid', id })
  expect(parsed.kind === 'invalid' && describeProblems(parsed.problems)).toBe(message)
})

it('names no more than a few of thousands that are given twice', () => {
  const names = Array.from({ length: 300 }, (_, index) => `"n${'x'.repeat(index % 30)}${index}":1`)
  const parsed = decodeIntent(bytes(`{${[...names, ...names].join(',')}}`))
  expect(parsed.kind === 'invalid' && parsed.problems.length).toBe(8)
})

it('keeps the id of an entry that is invalid otherwise, but no id that cannot be a key', () => {
  expect(decodeIntent(bytes('{"id":"order-17"}'))).toMatchObject({ id: 'order-17' })
  expect(decodeIntent(bytes('{"id":"order:17"}'))).toMatchObject({ id: undefined })
})

it('never throws, whatever the bytes', () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), fc.json().map(bytes)), (given) => {
      expect(['ok', 'invalid']).toContain(decodeIntent(given).kind)
    }),
  )
})

function bytes(text: string): Uint8Array {
  return Buffer.from(text, 'utf8')
}
