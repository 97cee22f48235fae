import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  callbackBody,
  callbackHeaders,
  callbackUrl,
} from '../../../src/salesforce/format-request.ts'

const baseUrl = 'https://acme.my.salesforce-scrt.com/telephony/v1'
const request = { callId: 'c', callbackNumber: '+18445791189', idempotencyKey: 'k' }

describe('the address', () => {
  it.each([
    ['89328b83-ff42-4c85-a2af-e948124365de', '89328b83-ff42-4c85-a2af-e948124365de'],
    ['a/b', 'a%2Fb'],
    ['../../admin', '..%2F..%2Fadmin'],
    ['%2e%2e', '%252e%252e'],
    ['a?b#c', 'a%3Fb%23c'],
    ['a b', 'a%20b'],
    ['a\\b', 'a%5Cb'],
    ['...', '...'],
    ['é💡', '%C3%A9%F0%9F%92%A1'],
    ['\n', '%0A'],
  ])('holds the call id %j as one segment', (callId, segment) => {
    expect(callbackUrl(baseUrl, callId)?.href).toBe(
      `${baseUrl}/voiceCalls/${segment}/requestCallback`,
    )
  })

  it.each(['.', '..', '', '\ud800', 'a\udc00b'])('does not exist for the call id %j', (callId) => {
    expect(callbackUrl(baseUrl, callId)).toBeUndefined()
  })

  it('gives back every call id it takes, and takes all but the few above', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (callId) => {
        fc.pre(callId !== '.' && callId !== '..')
        const segments = callbackUrl(baseUrl, callId)?.pathname.split('/') ?? []
        expect(segments.slice(0, 4)).toEqual(['', 'telephony', 'v1', 'voiceCalls'])
        expect(decodeURIComponent(segments[4] ?? '')).toBe(callId)
        expect(segments.slice(5)).toEqual(['requestCallback'])
      }),
    )
  })
})

describe('the body', () => {
  it.each([
    ['2026-02-26T15:40:52Z', '2026-02-26T15:40:52Z'],
    ['2026-02-26T15:40:52.999Z', '2026-02-26T15:40:52Z'],
    ['2026-02-26T16:40:52+01:00', '2026-02-26T15:40:52Z'],
    ['2026-02-26T10:10:52.000-05:30', '2026-02-26T15:40:52Z'],
    ['2026-03-01T00:00+14:00', '2026-02-28T10:00:00Z'],
    ['2026-02-26T15:40:52', '2026-02-26T15:40:52Z'],
  ])('gives the time %s in UTC without milliseconds: %s', (scheduledRoutingDateTime, sent) => {
    expect(callbackBody({ ...request, scheduledRoutingDateTime })).toBe(
      `{"callbackNumber":"+18445791189","scheduledRoutingDateTime":"${sent}"}`,
    )
  })

  it.each(['tomorrow', '', '2026-02-30T00:00:00Z'])('does not exist for the time %j', (time) => {
    expect(callbackBody({ ...request, scheduledRoutingDateTime: time })).toBeUndefined()
  })

  it.each([true, false])('says whether it is a preview when that was said: %s', (preview) => {
    expect(callbackBody({ ...request, isPreviewCallback: preview })).toBe(
      `{"callbackNumber":"+18445791189","isPreviewCallback":${preview}}`,
    )
  })

  it("holds Salesforce's fields only", () => {
    const more = { ...request, traceparent: '00-1-2-01', attributes: { a: 'b' } }
    expect(callbackBody(more)).toBe('{"callbackNumber":"+18445791189"}')
  })
})

describe('the headers', () => {
  it('leave out the provider name and the trace when there are none', () => {
    expect(callbackHeaders({ request, token: 't', telephonyProviderName: undefined })).toEqual({
      authorization: 'Bearer t',
      'content-type': 'application/json',
      'idempotency-key': 'k',
    })
  })
})
