import { describe, expect, it } from 'vitest'

import type { HttpResult } from '../../../src/salesforce/exchange.ts'
import { readContactRequests } from '../../../src/salesforce/read-contact-requests.ts'

const evidence = { phase: 'answered', bytesSent: 900 } as const
const asked = { callbackNumber: '+18445791189', limit: 3, nowMs: 0 }
const id = '0TzLT00000000w50AA'
const PreferredPhone = '+18445791189'
const one = { Id: id, PreferredPhone }

function answered(status: number, body: unknown, retryAfter?: string): HttpResult {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { kind: 'answered', status, retryAfter, body: { kind: 'whole', text }, ...evidence }
}

const read = (result: HttpResult) => readContactRequests(result, asked)

describe('readContactRequests', () => {
  it.each([
    [{ done: true, totalSize: 0, records: [] }, [], true],
    [{ done: true, records: [one] }, [id], true],
    [{ done: true, records: [{ ...one, Id: id.slice(0, 15), Unknown: 1 }, one] }, [id, id], true],
    [{ done: true, records: [one, one, one] }, [id, id, id], false],
    [{ done: false, nextRecordsUrl: '/x', records: [one] }, [id], false],
  ])('finds in %j the records %j, complete: %s', (body, recordIds, complete) => {
    expect(read(answered(200, body))).toEqual({ kind: 'found', recordIds, complete })
  })

  it.each([
    'Welcome',
    '<html></html>',
    '',
    '[]',
    'null',
    { records: [] },
    { done: true },
    { done: true, records: [{ id, PreferredPhone }] },
    { done: true, records: [{ ...one, Id: 'x' }] },
    { done: true, records: [{ ...one, Id: `${id.slice(0, 17)}B` }] },
    { done: true, records: [{ Id: id }] },
    { done: true, records: [{ Id: id, PreferredPhone: null }] },
  ])('takes %j for no answer: that there is none must be said, not concluded', (body) => {
    expect(read(answered(200, body))).toMatchObject({
      kind: 'unavailable',
      code: 'unreadable-answer',
    })
  })

  const found = (written: string) =>
    read(answered(200, { done: true, records: [{ Id: id, PreferredPhone: written }] }))

  it.each(['(844) 579-1189', '844.579.1189', '18445791189', '+1 844 579 1189', '001-844-579-1189'])(
    'knows the number when the org has written it %s',
    (written) => {
      expect(found(written)).toEqual({ kind: 'found', recordIds: [id], complete: true })
    },
  )

  it.each(['+12125791189', '(844) 579-1190', '57911890000', '5-7-9-1-1-8-9-3', ''])(
    'takes %j for the number of somebody else',
    (written) => {
      expect(found(written)).toEqual({ kind: 'found', recordIds: [], complete: true })
    },
  )

  it.each(['579-1189', '(212) 579-1189'])(
    'concludes nothing from %s, which may be the number or somebody else’s',
    (written) => {
      expect(found(written)).toEqual({ kind: 'found', recordIds: [], complete: false })
    },
  )

  it.each([200, 203, 299])('reads the records of any success, such as %i', (status) => {
    const answer = answered(status, { done: true, records: [one] })
    expect(read(answer)).toMatchObject({ kind: 'found', recordIds: [id] })
  })

  it.each(['too-large', 'broken-off'] as const)('takes a body that is %s for no answer', (kind) => {
    expect(
      read({ kind: 'answered', status: 200, retryAfter: undefined, body: { kind }, ...evidence }),
    ).toMatchObject({ kind: 'unavailable', code: 'unreadable-answer' })
  })

  it.each<[number, string | undefined, string, string]>([
    [400, 'MALFORMED_QUERY', 'failed', 'query-refused'],
    [400, 'INVALID_FIELD', 'failed', 'query-refused'],
    [400, 'INVALID_TYPE', 'failed', 'query-refused'],
    [404, 'NOT_FOUND', 'failed', 'query-refused'],
    [401, 'INVALID_SESSION_ID', 'failed', 'unauthorized'],
    [403, 'INSUFFICIENT_ACCESS', 'failed', 'forbidden'],
    [403, undefined, 'failed', 'forbidden'],
    [403, 'REQUEST_LIMIT_EXCEEDED', 'unavailable', 'limit-exceeded'],
    [408, undefined, 'unavailable', 'request-timeout'],
    [425, undefined, 'unavailable', 'too-early'],
    [429, undefined, 'unavailable', 'rate-limited'],
    [500, 'UNKNOWN_EXCEPTION', 'unavailable', 'http-500'],
    [503, 'SERVER_UNAVAILABLE', 'unavailable', 'http-503'],
    [302, undefined, 'unavailable', 'redirected'],
  ])('takes %i %s for %s, %s', (status, errorCode, kind, code) => {
    const body = errorCode === undefined ? '' : [{ errorCode, message: 'why' }]
    const shown = errorCode === undefined ? '' : `: ${errorCode} why`
    expect(read(answered(status, body))).toMatchObject({
      kind,
      code,
      message: `Salesforce answered the query with ${status}${shown}.`,
    })
  })

  it('passes on how long to wait', () => {
    expect(read(answered(503, '', '7'))).toMatchObject({ retryAfterMs: 7_000 })
    expect(read(answered(503, ''))).toMatchObject({ retryAfterMs: undefined })
  })

  it.each([
    "\nWHERE PreferredPhone = '+18445791189' AND\n ^\nERROR at Row:1:Column:80",
    'q=PreferredPhone%20%3D%20%27%2B18445791189%27',
    'no record for (844) 579-1189',
    "\nWHERE PreferredPhone LIKE '%5%7%9%1%1%8%9%'\n ^\nERROR at Row:1:Column:80",
    'q=PreferredPhone%20LIKE%20%27%255%257%259%251%251%258%259%25%27',
  ])('masks the number in %j, as Salesforce quotes what it refuses', (message) => {
    const search = read(answered(400, [{ errorCode: 'MALFORMED_QUERY', message }]))
    expect(search).toMatchObject({ message: expect.stringContaining('•••') as unknown })
    expect(JSON.stringify(search)).not.toMatch(/579|1189|7%9|1%251/)
  })

  it('masks an access token that is quoted', () => {
    const message = 'Session 00DHs00000Kmpyr!AR8AQ.x_y is over'
    expect(read(answered(401, [{ errorCode: 'INVALID_SESSION_ID', message }]))).toMatchObject({
      message: expect.stringContaining('Session [token] is over') as unknown,
    })
  })
})
