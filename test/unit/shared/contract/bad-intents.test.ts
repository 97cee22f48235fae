import { expect, it } from 'vitest'

import { parseIntent } from '../../../../src/shared/contract/intent.ts'
import { callbackNumber, least } from './sample-intent.ts'

const anObject = 'must be a JSON object'
const e164 = 'write E.164: a + followed by 7 to 15 digits and nothing else'
const callIdRule = 'must be 1 to 255 visible characters'
const idRule = 'must be 1 to 128 characters of A-Z a-z 0-9 . _ - and not inbox-<digits>-<digits>'
const examples = 'such as 2026-02-26T15:40:52Z or 2026-02-26T16:40:52+01:00'
const offset = `must be ISO 8601 with an offset, ${examples}`
const noOffset = `has no offset, ${examples}`
const dateOnly = 'is a date without a time, and its midnight differs from place to place'
const noTime = 'must be a string: an ISO 8601 time with an offset'
const delayRule =
  'must be a number of ms, a duration such as 500ms, 10s, 5m, 2h or 7d, or ISO 8601 such as PT5M, at most 366 days'
const priorityRule = 'must be a whole number from 0 (first) to 9'
const attributesRule =
  'must be an object of at most 16 strings of at most 256 characters; names are [A-Za-z0-9._-]{1,64}'
const fourDigits = 'must be in a year of four digits'
const notOffset = 'has an offset that does not exist: write Z, or +hh:mm of at most 23:59'
const noValue = 'is null, which is not a value; leave the field out. If given, it'

it.each([null, undefined, [], 'text', 7, true, [least]])(
  'refuses %j, which is not an object',
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
  ['callId', 7, 'must be a string: 1 to 255 visible characters'],
  ['callId', null, 'is required, and null is not a value'],
  ['callId', '', callIdRule],
  ['callId', 'x'.repeat(256), callIdRule],
  ['callId', '.', 'must not be . or .., which are steps in a path'],
  ['callId', '..', 'must not be . or .., which are steps in a path'],
  ['callId', 'line\nbreak', 'has an invisible character, U+000A (a line feed); remove it'],
  ['callId', 'nul\u0000', 'has an invisible character, U+0000; remove it'],
  ['callId', 'del\u007f', 'has an invisible character, U+007F; remove it'],
  ['callId', 'half a pair \ud83d', 'has half of a character, U+D83D; remove it'],
  ['callbackNumber', undefined, 'is required'],
  ['callbackNumber', 18_445_791_189, 'must be a string: E.164, with its +'],
  ['callbackNumber', null, 'is required, and null is not a value'],
  ['id', null, `${noValue} ${idRule}`],
  ['v', null, `${noValue} must be 1, the only version there is`],
  ['isPreviewCallback', null, `${noValue} must be true or false`],
  ['scheduledRoutingDateTime', null, `${noValue} ${noTime}`],
  ['expiresAt', null, `${noValue} ${noTime}`],
  ['requestedAt', null, `${noValue} ${noTime}`],
  ['notBefore', null, `${noValue} must be a string: an ISO 8601 time`],
  ['timeZone', null, `${noValue} must be a string: an IANA name such as Europe/Vienna`],
  ['priority', null, `${noValue} ${priorityRule}`],
  ['attributes', null, `${noValue} must be an object of strings`],
  ['attributes', { campaign: null }, 'campaign is null, which is not a value; leave it out'],
  ['callbackNumber', '', `is empty; ${e164}`],
  ['callbackNumber', '18445791189', `has no + before its country code; ${e164}`],
  ['callbackNumber', '0018445791189', 'begins with 00; write a + instead'],
  ['callbackNumber', '+1 844 579 1189', `has spaces in it; ${e164}`],
  ['callbackNumber', '+1-844-579-1189', `has hyphens in it; ${e164}`],
  [
    'callbackNumber',
    '+08445791189',
    `has a 0 after its +, and no country code begins with 0; ${e164}`,
  ],
  ['callbackNumber', '+184457', `has fewer than 7 digits; ${e164}`],
  ['callbackNumber', '+1844579118912345', `has more than 15 digits; ${e164}`],
  [
    'callbackNumber',
    '+18445791189\n',
    `has an invisible character, U+000A (a line feed); remove it: ${e164}`,
  ],
  [
    'callbackNumber',
    '+١٨٤٤٥٧٩١١٨٩',
    'has digits or a + from another script or in full width; write 0 to 9 and a plain +',
  ],
  [
    'callbackNumber',
    'tel:+18445791189',
    'is a link (such as tel: or sip:); write the number only, with its +',
  ],
  ['id', '', idRule],
  ['id', 'order:17', idRule],
  ['id', 'x'.repeat(129), idRule],
  ['id', 'x'.repeat(200), idRule],
  ['id', 'ümlaut', idRule],
  ['id', 'trailing\n', 'has an invisible character, U+000A (a line feed); remove it'],
  ['id', 17, idRule],
  ['isPreviewCallback', 'true', 'must be true or false'],
  ['isPreviewCallback', 1, 'must be true or false'],
  ['scheduledRoutingDateTime', '2026-02-26', dateOnly],
  ['scheduledRoutingDateTime', '2026-02-26T15:40:52', noOffset],
  ['scheduledRoutingDateTime', 1_772_120_452_000, noTime],
  ['expiresAt', '2026-02-26', dateOnly],
  [
    'expiresAt',
    '2026-02-30T10:00:00Z',
    'has a day that its month does not have, whose days are 01 to 28',
  ],
  ['expiresAt', '2026-02-26T25:00:00Z', 'has an hour that is not one of 00 to 23'],
  ['expiresAt', '2026-02-26T15:40:52+99:99', notOffset],
  ['expiresAt', '2026-02-26T15:40:52+24:00', notOffset],
  ['expiresAt', 'T15:40:52Z', offset],
  ['expiresAt', 'tomorrow', offset],
  ['expiresAt', '+012026-01-01T00:00:00Z', fourDigits],
  ['expiresAt', '9999-12-31T23:59:59-01:00', fourDigits],
  ['expiresAt', '-000001-01-01T00:00:00Z', fourDigits],
  ['requestedAt', '2026-02-26T15:40:52', noOffset],
  ['notBefore', '2026-03-29T02:30', noOffset],
  ['notBefore', '2026-03-29', dateOnly],
  ['notBefore', 5, 'must be a string: an ISO 8601 time'],
  ['timeZone', 'Europe/Vienna', 'is only for a notBefore in local time'],
  ['timeZone', 7, 'must be a string: an IANA name such as Europe/Vienna'],
  ['delay', -1, 'is negative; leave it out for a callback at once'],
  ['delay', 1.5, 'has a fraction; write a whole number of ms, or a unit such as 1.5s'],
  ['delay', Number.NaN, delayRule],
  ['delay', 31_622_400_001, 'is longer than 366 days'],
  ['delay', 'P367D', 'is longer than 366 days'],
  ['delay', 'P', delayRule],
  ['delay', 'PT', delayRule],
  ['delay', '-PT5M', 'is negative; leave it out for a callback at once'],
  ['delay', 'P1DT-2H', 'is negative; leave it out for a callback at once'],
  [
    'delay',
    'P1M',
    'has years or months, whose length varies; write days, such as P30D, and minutes after a T, such as PT5M',
  ],
  ['delay', '', delayRule],
  ['delay', null, `${noValue} ${delayRule}`],
  ['priority', 10, priorityRule],
  ['priority', -1, priorityRule],
  ['priority', 0.5, priorityRule],
  ['priority', '5', priorityRule],
  ['attributes', 'x', 'must be an object of strings'],
  ['attributes', ['x'], 'must be an object of strings'],
  ['attributes', { campaign: 7 }, attributesRule],
  ['attributes', { nested: { a: 'b' } }, attributesRule],
  ['attributes', { '': 'x' }, attributesRule],
  ['attributes', { 'a b': 'x' }, attributesRule],
  ['attributes', { ['n'.repeat(65)]: 'x' }, attributesRule],
  ['attributes', { long: 'x'.repeat(257) }, attributesRule],
  ['attributes', Object.fromEntries(manyNames(17)), attributesRule],
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
  ['Europe/Vienna', '2026-03-29', dateOnly],
  ['Europe/Vienna', 'T02:30', 'must be an ISO 8601 time, such as 2026-02-26T15:40:52'],
  ['Europe/Vienna', 'half past two', 'must be an ISO 8601 time, such as 2026-02-26T15:40:52'],
])('refuses in %s the local time %s', (timeZone, notBefore, message) => {
  const parsed = parseIntent({ ...least, notBefore, timeZone })
  expect(parsed).toMatchObject({ problems: [{ field: 'notBefore', message }] })
})

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
      problems: [{ field, message: 'is not a field of an intent' }],
    })
  },
)

it.each(['__proto__', 'constructor'])(
  'refuses a field %s that came as JSON, and pollutes nothing',
  (field) => {
    const json = `{"callId":"c","callbackNumber":"${callbackNumber}","${field}":{"polluted":1}}`
    expect(parseIntent(JSON.parse(json))).toMatchObject({
      problems: [{ field, message: 'is not a field of an intent' }],
    })
    expect({}).not.toHaveProperty('polluted')
  },
)

it('does not repeat the name of an unknown field that may be a number', () => {
  expect(parseIntent({ ...least, [callbackNumber]: true })).toMatchObject({
    problems: [{ field: '(unprintable name)', message: 'is not a field of an intent' }],
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
