import { describe, expect, it } from 'vitest'

import type {
  AnsweredBySalesforce,
  SendFailureCode,
} from '../../../../src/shared/delivery/salesforce-answer.ts'
import { classify, workerLost } from '../../../../src/worker/attempt/classify.ts'

const recordId = '0TzLT00000000w50AA'

function answered(status: number, more: Partial<AnsweredBySalesforce> = {}): AnsweredBySalesforce {
  const nothing = { recordId: undefined, errors: [], retryAfterMs: undefined }
  const evidence = { phase: 'answered', bytesSent: 1_420, durationMs: 7 } as const
  return { kind: 'answered', status, ...nothing, ...evidence, ...more }
}

describe('an answer 2xx', () => {
  it.each([200, 201, 202, 299])('%i with a recordId is a booking', (status) => {
    expect(classify(answered(status, { recordId }))).toEqual({ kind: 'booked', status, recordId })
  })

  it.each([200, 201, 204])('%i without a recordId leaves it uncertain', (status) => {
    expect(classify(answered(status))).toEqual({
      kind: 'uncertain',
      status,
      code: 'no-record-id',
      message: `Salesforce answered ${status} without a recordId.`,
    })
  })

  it('with an error that is a whole sentence is shown with one full stop', () => {
    const errors = [{ message: 'The answer was cut off before its end.' }]
    const message = 'Salesforce answered 200 with errors: The answer was cut off before its end.'
    expect(classify(answered(200, { errors }))).toMatchObject({ message })
  })

  it.each([recordId, undefined])('with errors leaves it uncertain, recordId %s', (id) => {
    const errors = [{ code: 'DUPLICATE', message: 'there is one' }, { message: 'and more' }]
    expect(classify(answered(200, { recordId: id, errors }))).toEqual({
      kind: 'uncertain',
      status: 200,
      code: 'errors-in-success',
      message: 'Salesforce answered 200 with errors: DUPLICATE there is one; and more.',
    })
  })
})

describe('an answer that is not a success', () => {
  it.each([
    ...[400, 402, 403, 404, 405, 406, 409, 410, 411, 412, 413, 414],
    ...[415, 416, 417, 422, 423, 424, 426, 428, 431, 451, 499],
  ])('%i is refused for good', (status) => {
    const errors = [{ code: 'INVALID_FIELD', message: 'callId: unknown' }]
    expect(classify(answered(status, { errors, retryAfterMs: 5_000 }))).toEqual({
      kind: 'refused',
      status,
      code: `http-${status}`,
      message: `Salesforce answered ${status}: INVALID_FIELD callId: unknown.`,
    })
  })

  it.each([
    [401, 'unauthorized'],
    [408, 'request-timeout'],
    [425, 'too-early'],
    [429, 'rate-limited'],
    [503, 'service-unavailable'],
    [300, 'redirected'],
    [301, 'redirected'],
    [302, 'redirected'],
    [304, 'redirected'],
    [307, 'redirected'],
    [308, 'redirected'],
  ])('%i is unavailable: nothing was booked, and later it may be', (status, code) => {
    expect(classify(answered(status, { retryAfterMs: 5_000 }))).toEqual({
      kind: 'unavailable',
      status,
      code,
      message: `Salesforce answered ${status}.`,
      retryAfterMs: 5_000,
    })
  })

  it.each([500, 501, 502, 504, 505, 507, 520, 529, 599])(
    '%i leaves it uncertain: it may have broken after the booking',
    (status) => {
      expect(classify(answered(status))).toEqual({
        kind: 'uncertain',
        status,
        code: `http-${status}`,
        message: `Salesforce answered ${status}.`,
      })
    },
  )

  it.each([
    [{ code: 'REQUEST_LIMIT_EXCEEDED' }],
    [{ message: 'TotalRequests Limit exceeded (REQUEST_LIMIT_EXCEEDED)' }],
    [{ code: 'SCV_LIMITS_ERROR_CALLBACKS' }],
  ])('403 is unavailable when a limit is its reason: %j', (error) => {
    expect(classify(answered(403, { errors: [{}, error], retryAfterMs: 9 }))).toMatchObject({
      kind: 'unavailable',
      status: 403,
      code: 'limit-exceeded',
      retryAfterMs: 9,
    })
  })

  it('takes a limit code for a limit only with 403', () => {
    const errors = [{ code: 'REQUEST_LIMIT_EXCEEDED' }]
    expect(classify(answered(400, { errors }))).toMatchObject({ kind: 'refused' })
  })

  it('even with a recordId is not a booking', () => {
    expect(classify(answered(400, { recordId }))).toMatchObject({ kind: 'refused' })
    expect(classify(answered(500, { recordId }))).toMatchObject({ kind: 'uncertain' })
  })

  it('below 200 is not a booking, whatever it names', () => {
    expect(classify(answered(199, { recordId }))).toMatchObject({ kind: 'unavailable' })
  })

  it('is described with the full stops inside, and without the last one', () => {
    const errors = [{ message: 'No. Never.' }]
    expect(classify(answered(400, { errors }))).toMatchObject({
      message: 'Salesforce answered 400: No. Never.',
    })
  })

  it('is described by its first three errors', () => {
    const errors = ['a', 'b', 'c', 'd'].map((code) => ({ code }))
    expect(classify(answered(400, { errors }))).toMatchObject({
      message: 'Salesforce answered 400: a; b; c.',
    })
  })

  it('has exactly one meaning for every status there can be', () => {
    for (let status = 200; status <= 599; status += 1) {
      const { kind } = classify(answered(status))
      expect(['refused', 'unavailable', 'uncertain'], `status ${status}`).toContain(kind)
    }
  })
})

describe('no answer', () => {
  it.each<SendFailureCode>([
    ...(['token-unavailable', 'unusable-call-id', 'unusable-request', 'dns'] as const),
    ...(['connect', 'tls', 'timeout', 'reset', 'protocol', 'aborted', 'lock-at-risk'] as const),
    'not-replicated',
  ])('is unavailable before anything was sent, uncertain after: %s', (code) => {
    const failed = { kind: 'failed', code, message: 'In words.', durationMs: 7 } as const
    const before = { sent: false, phase: 'connecting', bytesSent: 0 } as const
    const after = { sent: true, phase: 'sent', bytesSent: 1_420 } as const
    const said = { status: undefined, code, message: 'In words.' }
    expect(classify({ ...failed, ...before })).toEqual({
      kind: 'unavailable',
      ...said,
      retryAfterMs: undefined,
    })
    expect(classify({ ...failed, ...after })).toEqual({ kind: 'uncertain', ...said })
  })

  it('of a lost worker leaves it uncertain', () => {
    expect(workerLost).toMatchObject({ kind: 'uncertain', code: 'worker-lost' })
  })
})
