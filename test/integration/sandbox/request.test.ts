import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Sandbox } from '../../../src/sandbox/sandbox.ts'
import { callId, goodBody, outcome, start } from './client.ts'

const path = `/telephony/v1/voiceCalls/${callId}/requestCallback`

describe("the sandbox's check of requests", () => {
  let sandbox: Sandbox
  beforeEach(async () => {
    sandbox = await start()
  })
  afterEach(() => sandbox.close())

  it.each([
    '/',
    '/telephony/v1',
    '/telephony/v1/voiceCalls//requestCallback',
    '/telephony/v1/telephony/v1/voiceCalls/a/requestCallback',
    '/telephony/v1/voiceCalls/a/b/requestCallback',
    '/telephony/v1/voiceCalls/%E0%A4%A/requestCallback',
    `${path}/`,
    `${path}?x=1`,
    '/controls',
  ])('answers 404 to the path %s and counts it', async (wrong) => {
    expect(await outcome(sandbox, { path: wrong })).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND' },
      booked: 0,
    })
    expect(sandbox.requests()).toMatchObject([{ path: wrong, ending: 404 }])
  })

  it.each(['GET', 'PUT', 'PATCH', 'DELETE'])('answers 405 to %s', async (method) => {
    expect(await outcome(sandbox, { method })).toMatchObject({ status: 405, booked: 0 })
  })

  it.each(['application/xml', 'text/plain', 'application/jsonp'])(
    'answers 415 to the Content-Type %s',
    async (type) => {
      const answer = await outcome(sandbox, { headers: { 'content-type': type } })
      expect(answer).toMatchObject({ status: 415, booked: 0 })
    },
  )

  it('answers 415 when there is no Content-Type', async () => {
    const body = new TextEncoder().encode(JSON.stringify(goodBody))
    const answer = await outcome(sandbox, { body, headers: { 'content-type': undefined } })
    expect(answer).toMatchObject({ status: 415, booked: 0 })
  })

  it('takes a Content-Type with a charset', async () => {
    const headers = { 'content-type': 'Application/JSON; charset=utf-8' }
    expect((await outcome(sandbox, { headers })).status).toBe(200)
  })

  it('answers 400 when there is no Telephony-Provider-Name', async () => {
    const headers = { 'telephony-provider-name': undefined }
    expect(await outcome(sandbox, { headers })).toMatchObject({
      status: 400,
      body: [{ errorCode: 'MISSING_HEADER' }],
      booked: 0,
    })
  })

  it('answers 400 to another Telephony-Provider-Name than the configured one', async () => {
    const named = await start({ telephonyProviderName: 'vonage' })
    try {
      expect(await outcome(named)).toMatchObject({ status: 400, booked: 0 })
      const headers = { 'telephony-provider-name': 'vonage' }
      expect(await outcome(named, { headers })).toMatchObject({ status: 200, booked: 1 })
    } finally {
      await named.close()
    }
  })

  it.each([
    ['', 'JSON_PARSER_ERROR'],
    ['{"callbackNumber":', 'JSON_PARSER_ERROR'],
    [new Uint8Array([0x22, 0xff, 0x22]), 'JSON_PARSER_ERROR'],
    ['null', 'INVALID_FIELD'],
    ['[]', 'INVALID_FIELD'],
    ['"+18445791189"', 'INVALID_FIELD'],
  ])('answers 400 to the body %j', async (body, errorCode) => {
    expect(await outcome(sandbox, { body })).toMatchObject({
      status: 400,
      body: [{ errorCode }],
      booked: 0,
    })
  })

  it.each([
    ['callbackNumber', undefined],
    ['callbackNumber', null],
    ['callbackNumber', 18445791189],
    ['callbackNumber', '18445791189'],
    ['callbackNumber', '+08445791189'],
    ['callbackNumber', '+1'],
    ['callbackNumber', '+1844579118912345'],
    ['callbackNumber', '+1 844 579 1189'],
    ['callbackNumber', '+18445791189\n'],
    ['isPreviewCallback', 'true'],
    ['isPreviewCallback', null],
    ['scheduledRoutingDateTime', '2026-02-26'],
    ['scheduledRoutingDateTime', '2026-02-26T15:40:52'],
    ['scheduledRoutingDateTime', '2026-02-30T15:40:52Z'],
    ['scheduledRoutingDateTime', '2026-02-26T25:40:52Z'],
    ['scheduledRoutingDateTime', 'tomorrow'],
    ['scheduledRoutingDateTime', 1772120452000],
  ])(
    'answers 400 to a body whose %s is %j, and names the field but not the value',
    async (field, value) => {
      const answer = await outcome(sandbox, { body: { ...goodBody, [field]: value } })

      expect(answer).toMatchObject({ status: 400, body: [{ fields: [field] }], booked: 0 })
      expect(JSON.stringify(answer.body)).not.toContain('844579118')
    },
  )

  it('answers 400 to a field that the API page does not have, and says all that is wrong', async () => {
    const body = { isPreviewCallback: 1, vendorCallKey: 'x' }
    const answer = await outcome(sandbox, { body })

    expect(answer).toMatchObject({ status: 400, booked: 0 })
    expect(answer.body).toHaveLength(3)
    expect(JSON.stringify(answer.body)).toContain('vendorCallKey')
  })

  it.each([
    '2026-02-26T15:40:52Z',
    '2026-02-26T15:40:52.123Z',
    '2026-02-26T15:40Z',
    '2026-02-26T16:40:52+01:00',
    '2020-01-01T00:00:00Z',
  ])('takes the scheduledRoutingDateTime %s', async (scheduledRoutingDateTime) => {
    const answer = await outcome(sandbox, { body: { ...goodBody, scheduledRoutingDateTime } })
    expect(answer.status).toBe(200)
    expect(sandbox.bookings()[0]).toMatchObject({ scheduledRoutingDateTime })
  })

  it('takes a body of 64 KiB and answers 413 to a larger one', async () => {
    const text = JSON.stringify(goodBody)
    const whole = text.padStart(64 * 1024, ' ')
    expect(await outcome(sandbox, { body: whole })).toMatchObject({ status: 200, booked: 1 })
    expect(await outcome(sandbox, { body: ` ${whole}` })).toMatchObject({ status: 413, booked: 1 })
    const huge = await outcome(sandbox, { body: text.padStart(5_000_000, ' ') })
    expect(huge).toMatchObject({
      status: 413,
      body: [{ errorCode: 'REQUEST_TOO_LARGE' }],
      booked: 1,
    })
  })

  it('sees to the token before the headers, and to the headers before the body', async () => {
    const headers = { authorization: 'Bearer x', 'content-type': 'text/plain' }
    expect((await outcome(sandbox, { headers, body: '' })).status).toBe(401)
    const type = { 'content-type': 'text/plain' }
    expect((await outcome(sandbox, { headers: type, body: '' })).status).toBe(415)
  })
})
