import fc from 'fast-check'
import { DateTime, FixedOffsetZone } from 'luxon'
import { describe, expect, it } from 'vitest'

import {
  maxIntentBytes,
  parseIntent,
  type IntentInput,
} from '../../../../src/shared/contract/intent.ts'
import { trimInvisible } from '../../../../src/shared/text/invisible.ts'
import { salesforceId18 } from '../../../../src/shared/contract/salesforce-id.ts'
import { accepted, callbackNumber, intentOf, least } from './sample-intent.ts'

const alphanumeric = fc.constantFrom(
  ...Array.from('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'),
)
const word = (most: number) => fc.string({ unit: alphanumeric, minLength: 1, maxLength: most })
const voiceCallId15 = fc
  .string({ unit: alphanumeric, minLength: 12, maxLength: 12 })
  .map((rest) => `0LQ${rest}`)
const epochMs = fc.integer({ min: 0, max: Date.UTC(2100, 0) })
const instant = fc
  .tuple(epochMs, fc.integer({ min: -12 * 60, max: 14 * 60 }))
  .map(([at, offset]) => withOffset(at, offset))
const attributeName = fc.oneof(word(64), fc.constantFrom('__proto__', '1', 'toString', 'a.b_c-d'))
const attributeValue = fc.string({ maxLength: 256 }).map(trimInvisible)
const unseen = /[\p{C}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Z}/gu
const input: fc.Arbitrary<IntentInput> = fc.record(
  {
    id: word(128),
    callId: fc.oneof(
      voiceCallId15,
      voiceCallId15.map(salesforceId18),
      fc
        .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
        .map((text) => `c${trimInvisible(text.replace(unseen, ''))}`),
    ),
    callbackNumber: fc.stringMatching(/^\+[1-9][0-9]{6,14}$/),
    isPreviewCallback: fc.boolean(),
    scheduledRoutingDateTime: instant,
    delay: fc.oneof(
      fc.nat(31_622_400_000),
      fc.nat(8_000_000).map((seconds) => `PT${seconds}S`),
    ),
    expiresAt: instant,
    priority: fc.nat(9),
    requestedAt: instant,
    attributes: fc
      .array(fc.tuple(attributeName, attributeValue), { maxLength: 16 })
      .map((entries) => Object.fromEntries(entries)),
    v: fc.constant(1 as const),
  },
  { requiredKeys: ['callId', 'callbackNumber'] },
)

describe('the canonical form', () => {
  it('is its own canonical form, as text', () => {
    fc.assert(
      fc.property(input, (given) => {
        const text = JSON.stringify(intentOf(given))
        expect(JSON.stringify(intentOf(JSON.parse(text)))).toBe(text)
      }),
    )
  })

  it('is the same whatever order the fields come in', () => {
    fc.assert(
      fc.property(input, (given) => {
        const attributes = given.attributes && { attributes: reversed(given.attributes) }
        const turned = reversed({ ...given, ...attributes })
        expect(JSON.stringify(intentOf(turned))).toBe(JSON.stringify(intentOf(given)))
      }),
    )
  })

  it('is the same for one instant in different offsets', () => {
    const minutes = fc.integer({ min: -12 * 60, max: 14 * 60 })
    fc.assert(
      fc.property(epochMs, minutes, minutes, (at, one, other) => {
        const times = (offset: number) => ({
          ...least,
          notBefore: withOffset(at, offset),
          scheduledRoutingDateTime: withOffset(at, offset),
          expiresAt: withOffset(at, offset),
          requestedAt: withOffset(at, offset),
        })
        expect(JSON.stringify(intentOf(times(one)))).toBe(JSON.stringify(intentOf(times(other))))
      }),
    )
  })

  it('carries every attribute, those with a strange name too', () => {
    const json = `{"callId":"c","callbackNumber":"${callbackNumber}","attributes":{"b":"2","__proto__":"1"}}`
    expect(JSON.stringify(intentOf(JSON.parse(json)).attributes)).toBe('{"__proto__":"1","b":"2"}')
  })

  it.each<[string, Partial<IntentInput>]>([
    ['isPreviewCallback false', { isPreviewCallback: false }],
    ['priority 5', { priority: 5 }],
    ['delay 0', { delay: 0 }],
    ['delay PT0S', { delay: 'PT0S' }],
    ['no attributes', { attributes: {} }],
    ['version 1', { v: 1 }],
  ])('leaves out %s, which is the default', (_, field) => {
    expect(intentOf({ ...least, ...field })).toEqual(intentOf(least))
  })

  it('has Salesforce’s time in whole seconds of UTC and ours with milliseconds', () => {
    expect(
      intentOf({
        ...least,
        scheduledRoutingDateTime: '2026-02-26T16:40:52.999+01:00',
        expiresAt: '2026-02-26T16:40:52.999+01:00',
      }),
    ).toMatchObject({
      scheduledRoutingDateTime: '2026-02-26T15:40:52Z',
      expiresAt: '2026-02-26T15:40:52.999Z',
    })
  })

  it.each(['wait', 'meta', 'delayed', 'events', 'id', '123', '0', '-1', '..', 'x'.repeat(128)])(
    'takes %s as an id, though BullMQ or a file system would mind',
    (id) => {
      expect(intentOf({ ...least, id }).id).toBe(id)
    },
  )

  it('keeps the trace context apart, because it makes no other content', () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    expect(accepted(parseIntent({ ...least, traceparent }))).toEqual({
      kind: 'ok',
      intent: intentOf(least),
      traceparent,
      traceparentIgnored: false,
    })
  })
})

describe('parseIntent', () => {
  it('takes nothing that would not fit into the inbox: every field at its limit does', () => {
    const longest = (length: number, unit: string) => unit.repeat(length / unit.length)
    for (const unit of ['\uFFFD', '"', '\\', '👋']) {
      const names = Array.from({ length: 16 }, (_, index) => `${index}`.padStart(64, 'n'))
      const attributes = Object.fromEntries(names.map((name) => [name, longest(256, unit)]))
      const intent = intentOf({
        id: 'i'.repeat(128),
        callId: longest(254, unit),
        callbackNumber: '+123456789012345',
        isPreviewCallback: true,
        priority: 0,
        attributes,
        scheduledRoutingDateTime: '9999-12-31T23:59:59Z',
        notBefore: '9999-12-31T23:59:59.999Z',
        expiresAt: '9999-12-31T23:59:59.999Z',
        requestedAt: '9999-12-31T23:59:59.999Z',
      })
      expect(Buffer.byteLength(JSON.stringify(intent))).toBeLessThan(maxIntentBytes)
    }
  })

  it('derives the same id from a VoiceCall’s id that a spreadsheet has put into capitals or small letters', () => {
    fc.assert(
      fc.property(voiceCallId15, (id15) => {
        const intent = intentOf({ callId: id15, callbackNumber })
        const id18 = salesforceId18(id15)
        expect(intentOf({ callId: id18.toUpperCase(), callbackNumber })).toEqual(intent)
        expect(intentOf({ callId: id18.toLowerCase(), callbackNumber })).toEqual(intent)
      }),
    )
  })

  it('derives the same id from both forms of a VoiceCall’s id', () => {
    fc.assert(
      fc.property(voiceCallId15, (callId) => {
        const short = intentOf({ callId, callbackNumber })
        expect(intentOf({ callId: salesforceId18(callId), callbackNumber })).toEqual(short)
      }),
    )
  })

  it('never throws, and whatever it takes has the two fields it needs', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withMap: true, withDate: true }), (given) => {
        const parsed = parseIntent(given)
        expect(['ok', 'invalid']).toContain(parsed.kind)
        if (parsed.kind === 'invalid') expect(parsed.problems.length).toBeGreaterThan(0)
      }),
      { numRuns: 2_000 },
    )
  })

  it('never repeats the number in what it says', () => {
    const spoilt = fc.record(
      Object.fromEntries(
        ['callId', 'id', 'delay', 'notBefore', 'timeZone', 'expiresAt', 'attributes', 'other'].map(
          (field) => [
            field,
            fc.oneof(fc.anything(), fc.constant(callbackNumber), fc.constant([callbackNumber])),
          ],
        ),
      ),
      { requiredKeys: ['callId'] },
    )
    const wrongNumber = fc.constantFrom(
      `${callbackNumber} `,
      Number(callbackNumber),
      callbackNumber,
    )
    fc.assert(
      fc.property(spoilt, wrongNumber, (fields, number) => {
        const parsed = parseIntent({ ...fields, callbackNumber: number, [callbackNumber]: 1 })
        expect(parsed.kind).toBe('invalid')
        const { problems } = parsed as Extract<typeof parsed, { kind: 'invalid' }>
        expect(JSON.stringify(problems)).not.toContain(callbackNumber.slice(1))
      }),
    )
  })
})

function withOffset(at: number, minutes: number): string {
  return DateTime.fromMillis(at, { zone: FixedOffsetZone.instance(minutes) }).toISO() ?? ''
}

function reversed<T extends object>(given: T): T {
  return Object.fromEntries(Object.entries(given).reverse()) as T
}
