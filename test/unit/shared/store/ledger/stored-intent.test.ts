import { expect, it } from 'vitest'

import { decodeStoredIntent } from '../../../../../src/shared/store/ledger/stored-intent.ts'

it.each([
  ['{"callbackNumber":+18445791189}', 'The ledger holds an intent that is not JSON.'],
  [
    '{"callbackNumber":"+18445791189"}',
    'The ledger holds an intent that this version cannot read (id, callId).',
  ],
  ['[]', 'The ledger holds an intent that this version cannot read (intent).'],
  [
    '{"id":"a","callId":"c","callbackNumber":"18445791189"}',
    'The ledger holds an intent that this version cannot read (callbackNumber).',
  ],
  [
    '{"id":"a","callId":"c","callbackNumber":"+18445791189","somethingNew":1,"+18445791189":1}',
    'The ledger holds an intent that this version cannot read (somethingNew, (unprintable name)).',
  ],
  [
    '{"id":"a","callId":"c","callbackNumber":"+18445791189","expiresAt":"soon","delay":"PT5M","attributes":{"a":1}}',
    'The ledger holds an intent that this version cannot read (delay, expiresAt, attributes).',
  ],
  [
    '{"id":"a","callId":"c","callbackNumber":"+18445791189","scheduledRoutingDateTime":"x","notBefore":"x","requestedAt":"x"}',
    'The ledger holds an intent that this version cannot read (scheduledRoutingDateTime, notBefore, requestedAt).',
  ],
  ...['-1', '10', '0.5'].map((priority) => [
    `{"id":"a","callId":"c","callbackNumber":"+18445791189","priority":${priority}}`,
    'The ledger holds an intent that this version cannot read (priority).',
  ]),
  ...['{"a":"x","b":1}', '["x"]', 'null'].map((attributes) => [
    `{"id":"a","callId":"c","callbackNumber":"+18445791189","isPreviewCallback":false,"attributes":${attributes}}`,
    'The ledger holds an intent that this version cannot read (isPreviewCallback, attributes).',
  ]),
])('says what is wrong with a stored intent and quotes nothing of it: %s', (json, message) => {
  expect(() => decodeStoredIntent(json)).toThrow(expect.objectContaining({ message }))
  expect(message).not.toMatch(/\d/)
})

it.each([
  { callId: 'v2\u200b' },
  { callId: ' v8 ' },
  { callId: 'v\u2028x' },
  { attributes: { note: 'x\u200b ', __proto: 'y' } },
  { callId: '0lqrm0000006csz4am' },
  { scheduledRoutingDateTime: '2026-02-26T15:40:52Z', expiresAt: '2026-02-26T15:40:52.000Z' },
  { isPreviewCallback: true, delay: 300_000, priority: 0, requestedAt: '2026-02-26T15:40:52.000Z' },
])('serves what an older version accepted, though it would be refused today: %j', (fields) => {
  const intent = { id: 'a', callId: 'c', callbackNumber: '+18445791189', ...fields }
  expect(decodeStoredIntent(JSON.stringify(intent))).toEqual(intent)
})

it('gives back an attribute of any name', () => {
  const json =
    '{"id":"a","callId":"c","callbackNumber":"+18445791189","attributes":{"__proto__":"1","b":"2"}}'
  expect(JSON.stringify(decodeStoredIntent(json))).toBe(json)
})
