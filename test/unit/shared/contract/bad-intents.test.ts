import { expect, it } from 'vitest'

import { parseIntent } from '../../../../src/shared/contract/intent.ts'
import { callbackNumber, least } from './sample-intent.ts'

const anObject = 'must be a JSON object'
const e164 = 'must be E.164: a + followed by 7 to 15 digits and nothing else'
const callIdRule = 'must be 1 to 255 characters without control characters'
const idRule = 'must be 1 to 128 characters of A-Z a-z 0-9 . _ - and not inbox-<digits>-<digits>'
const offset =
  'must be ISO 8601 with an offset, such as 2026-02-26T15:40:52Z or 2026-02-26T16:40:52+01:00'
const delayRule = 'must be a number of ms or an ISO 8601 duration such as PT5M, at most 366 days'
const priorityRule = 'must be a whole number from 0 (first) to 9'
const attributesRule =
  'must be an object of at most 16 strings of at most 256 characters; names are [A-Za-z0-9._-]{1,64}'
const traceRule = 'must be W3C trace context: 00-<32 hex>-<16 hex>-<2 hex>'
const iana = 'must be an IANA name such as Europe/Vienna'
const fourDigits = 'must be in a year of four digits'

it.each([null, undefined, [], 'text', 7, true, [least]])(
  'refuses %j, which is no object',
  (input) => {
    expect(parseIntent(input)).toEqual({
      kind: 'invalid',
      id: undefined,
      problems: [{ field: 'intent', message: anObject }],
    })
  },
)

it.each([
  ['callId', undefined, 'is required'],
  ['callId', 7, `is no string; it ${callIdRule}`],
  ['callId', null, `is no string; it ${callIdRule}`],
  ['callId', '', callIdRule],
  ['callId', 'x'.repeat(256), callIdRule],
  ['callId', '.', callIdRule],
  ['callId', '..', callIdRule],
  ['callId', 'line\nbreak', callIdRule],
  ['callId', 'nul\u0000', callIdRule],
  ['callId', 'del\u007f', callIdRule],
  ['callId', 'half a pair \ud83d', callIdRule],
  ['callbackNumber', undefined, 'is required'],
  ['callbackNumber', 18_445_791_189, `is no string; it ${e164}`],
  ['callbackNumber', '', e164],
  ['callbackNumber', '18445791189', e164],
  ['callbackNumber', '0018445791189', e164],
  ['callbackNumber', '+1 844 579 1189', e164],
  ['callbackNumber', '+1-844-579-1189', e164],
  ['callbackNumber', '+08445791189', e164],
  ['callbackNumber', '+184457', e164],
  ['callbackNumber', '+1844579118912345', e164],
  ['callbackNumber', '+18445791189\n', e164],
  ['callbackNumber', '+١٨٤٤٥٧٩١١٨٩', e164],
  ['callbackNumber', 'tel:+18445791189', e164],
  ['id', '', idRule],
  ['id', 'order:17', idRule],
  ['id', 'x'.repeat(129), idRule],
  ['id', 'x'.repeat(200), idRule],
  ['id', 'ümlaut', idRule],
  ['id', 'trailing\n', idRule],
  ['id', 17, `is no string; it ${idRule}`],
  ['isPreviewCallback', 'true', 'must be true or false'],
  ['isPreviewCallback', 1, 'must be true or false'],
  ['scheduledRoutingDateTime', '2026-02-26', offset],
  ['scheduledRoutingDateTime', '2026-02-26T15:40:52', offset],
  [
    'scheduledRoutingDateTime',
    1_772_120_452_000,
    'is no string; it must be ISO 8601 with an offset',
  ],
  ['expiresAt', '2026-02-26', offset],
  ['expiresAt', '2026-02-30T10:00:00Z', offset],
  ['expiresAt', '2026-02-26T25:00:00Z', offset],
  ['expiresAt', '2026-02-26T15:40:52+99:99', offset],
  ['expiresAt', '2026-02-26T15:40:52+24:00', offset],
  ['expiresAt', 'T15:40:52Z', offset],
  ['expiresAt', 'tomorrow', offset],
  ['expiresAt', '+012026-01-01T00:00:00Z', fourDigits],
  ['expiresAt', '9999-12-31T23:59:59-01:00', fourDigits],
  ['expiresAt', '-000001-01-01T00:00:00Z', fourDigits],
  ['requestedAt', '2026-02-26T15:40:52', offset],
  ['notBefore', '2026-03-29T02:30', offset],
  ['notBefore', '2026-03-29', offset],
  ['notBefore', 5, 'is no string; it must be ISO 8601'],
  ['timeZone', 'Europe/Vienna', 'is only for a notBefore in local time'],
  ['timeZone', 7, 'is no string; it must be an IANA name such as Europe/Vienna'],
  ['delay', -1, delayRule],
  ['delay', 1.5, delayRule],
  ['delay', Number.NaN, delayRule],
  ['delay', 31_622_400_001, delayRule],
  ['delay', 'P367D', delayRule],
  ['delay', '5m', delayRule],
  ['delay', 'P', delayRule],
  ['delay', 'PT', delayRule],
  ['delay', '-PT5M', delayRule],
  ['delay', 'P1DT-2H', delayRule],
  ['delay', 'P1M', delayRule],
  ['delay', '', delayRule],
  ['delay', null, delayRule],
  ['priority', 10, priorityRule],
  ['priority', -1, priorityRule],
  ['priority', 0.5, priorityRule],
  ['priority', '5', priorityRule],
  ['attributes', 'x', attributesRule],
  ['attributes', ['x'], attributesRule],
  ['attributes', { campaign: 7 }, attributesRule],
  ['attributes', { nested: { a: 'b' } }, attributesRule],
  ['attributes', { '': 'x' }, attributesRule],
  ['attributes', { 'a b': 'x' }, attributesRule],
  ['attributes', { ['n'.repeat(65)]: 'x' }, attributesRule],
  ['attributes', { long: 'x'.repeat(257) }, attributesRule],
  ['attributes', Object.fromEntries(manyNames(17)), attributesRule],
  ['traceparent', 'abc', traceRule],
  ['traceparent', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, traceRule],
  ['traceparent', `00-4bf92f3577b34da6a3ce929d0e0e4736-${'0'.repeat(16)}-01`, traceRule],
  ['traceparent', '00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01', traceRule],
  ['v', 2, 'must be 1, the only version there is'],
  ['v', '1', 'must be 1, the only version there is'],
])('refuses %s %j with its field and the rule it breaks', (field, value, message) => {
  expect(parseIntent({ ...least, [field]: value })).toEqual({
    kind: 'invalid',
    id: undefined,
    problems: [{ field, message }],
  })
})

it.each([
  ['Europe/Vienna', '2026-03-29T02:30', 'does not exist in this timeZone: the clocks skip it'],
  ['Europe/Vienna', '2026-03-29', 'must be an ISO 8601 time, such as 2026-02-26T15:40:52'],
  ['Europe/Vienna', 'T02:30', 'must be an ISO 8601 time, such as 2026-02-26T15:40:52'],
  ['Europe/Vienna', 'half past two', 'must be an ISO 8601 time, such as 2026-02-26T15:40:52'],
])('refuses in %s the local time %s', (timeZone, notBefore, message) => {
  const parsed = parseIntent({ ...least, notBefore, timeZone })
  expect(parsed).toMatchObject({ problems: [{ field: 'notBefore', message }] })
})

it.each(['local', 'system', 'default', 'Europe/Wien', '', 'utc+2'])(
  'refuses the zone %j, which is no IANA name and may mean something else on another machine',
  (timeZone) => {
    const parsed = parseIntent({ ...least, notBefore: '2026-03-29T12:30', timeZone })
    expect(parsed).toMatchObject({ problems: [{ field: 'timeZone', message: iana }] })
  },
)

it('refuses a zone beside a time that has its own offset', () => {
  const given = { ...least, notBefore: '2026-03-29T12:30Z', timeZone: 'Europe/Vienna' }
  expect(parseIntent(given)).toMatchObject({
    problems: [{ field: 'timeZone', message: 'cannot be given with an offset in notBefore' }],
  })
})

it.each([0, 5, 'PT5M'])('refuses delay %j together with notBefore', (delay) => {
  expect(parseIntent({ ...least, delay, notBefore: '2026-03-29T12:30Z' })).toMatchObject({
    problems: [{ field: 'delay', message: 'cannot be given together with notBefore' }],
  })
})

it.each(['callID', 'phone', 'constructor', 'toString', 'maxAttempts'])(
  'refuses the unknown field %s by its name',
  (field) => {
    expect(parseIntent({ ...least, [field]: 1 })).toMatchObject({
      problems: [{ field, message: 'is no field of an intent' }],
    })
  },
)

it.each(['__proto__', 'constructor'])(
  'refuses a field %s that came as JSON, and pollutes nothing',
  (field) => {
    const json = `{"callId":"c","callbackNumber":"${callbackNumber}","${field}":{"polluted":1}}`
    expect(parseIntent(JSON.parse(json))).toMatchObject({
      problems: [{ field, message: 'is no field of an intent' }],
    })
    expect({}).not.toHaveProperty('polluted')
  },
)

it('does not repeat the name of an unknown field that may be a number', () => {
  expect(parseIntent({ ...least, [callbackNumber]: true })).toMatchObject({
    problems: [{ field: '(unprintable name)', message: 'is no field of an intent' }],
  })
})

it('names every problem of form at once, and the id when that is usable', () => {
  const parsed = parseIntent({
    id: 'order-17',
    callId: '',
    callbackNumber: '1',
    priority: 10,
    x: 1,
  })
  expect(parsed).toMatchObject({ kind: 'invalid', id: 'order-17' })
  expect(parsed.kind === 'invalid' && parsed.problems.map(({ field }) => field).sort()).toEqual([
    'callId',
    'callbackNumber',
    'priority',
    'x',
  ])
})

function manyNames(count: number): [string, string][] {
  return Array.from({ length: count }, (_, index) => [`name${index}`, 'value'])
}
