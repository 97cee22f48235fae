import { describe, expect, it } from 'vitest'

import { decodeWish } from '../../../../src/shared/contract/decode-wish.ts'
import { wishKinds, type WishKind } from '../../../../src/shared/contract/wish.ts'
import { describeProblems } from '../../../../src/shared/errors/problem.ts'

const nowMs = Date.UTC(2026, 1, 26, 15)

function decode(kind: WishKind, value: unknown) {
  const json = typeof value === 'string' ? value : JSON.stringify(value)
  return decodeWish({ kind, json: Buffer.from(json) }, nowMs)
}

function problemsOf(kind: WishKind, value: unknown): string {
  const read = decode(kind, value)
  return read.kind === 'invalid' ? describeProblems(read.problems) : 'none'
}

const nobody = { by: undefined, reason: undefined }

describe('a cancel', () => {
  it.each([
    [{ id: 'call-42' }, { kind: 'id', id: 'call-42' }],
    [{ id: 'auto-W7aYv4Jixf1XDMl_p1bqvO' }, { kind: 'id', id: 'auto-W7aYv4Jixf1XDMl_p1bqvO' }],
    [{ callId: '0LQRM0000006CSz' }, { kind: 'call', callId: '0LQRM0000006CSz4AM' }],
    [{ callbackNumber: '+18445791189' }, { kind: 'number', callbackNumber: '+18445791189' }],
  ])('says by %j which callbacks are meant', (value, wanted) => {
    const expected = { kind: 'cancel', wanted, ...nobody }
    expect(decode('cancel', value)).toEqual({ kind: 'ok', value: expected })
  })

  it('may say who and why, and of which version it is', () => {
    const value = { v: 1, id: 'call-42', by: 'crm', reason: 'reached by mail' }
    expect(decode('cancel', value)).toMatchObject({
      kind: 'ok',
      value: { by: 'crm', reason: 'reached by mail' },
    })
  })

  it('says no time', () => {
    expect(problemsOf('cancel', { id: 'call-42', now: true })).toBe(
      'now: is not a field of a cancel',
    )
  })
})

describe('a reschedule', () => {
  it.each([
    [{ now: true }, {}],
    [{ delay: '2h' }, { delay: 7_200_000 }],
    [
      { notBefore: '2026-02-27T10:00', timeZone: 'Europe/Vienna' },
      { notBefore: '2026-02-27T09:00:00.000Z' },
    ],
  ])('says by %j when a callback is to be sent', (value, time) => {
    const wanted = { kind: 'id', id: 'call-42' }
    const expected = { kind: 'reschedule', wanted, time, ...nobody }
    expect(decode('reschedule', { id: 'call-42', ...value })).toEqual({
      kind: 'ok',
      value: expected,
    })
  })

  it.each([
    [{}, 'delay: give exactly one of delay, notBefore and now'],
    [{ delay: 1, now: true }, 'notBefore: give exactly one of delay, notBefore and now'],
    [{ notBefore: '2028-01-01T00:00:00Z' }, 'notBefore: must be at most 366 days ahead'],
  ])('that says %j is refused', (value, problem) => {
    expect(problemsOf('reschedule', { id: 'call-42', ...value })).toContain(problem)
  })
})

describe.each(wishKinds)('of a %s', (kind) => {
  const time = kind === 'cancel' ? {} : { now: true }

  it.each([
    ['nothing', {}, 'id: give exactly one of id, callId and callbackNumber'],
    ['two', { id: 'a', callId: 'b' }, 'id: give exactly one of id, callId and callbackNumber'],
    ['an id that is none', { id: 'a:b' }, 'id: must be 1 to 128 characters'],
    ['a number without its +', { callbackNumber: '18445791189' }, 'callbackNumber: '],
    ['an unknown field', { id: 'a', reson: 'x' }, `reson: is not a field of a ${kind}`],
    ['null', { id: null }, 'id: is null'],
    ['a reason that is too long', { id: 'a', reason: 'x'.repeat(201) }, 'reason: must be 1 to 200'],
  ])('it says which callbacks are meant, and not %s', (_, value, problem) => {
    expect(problemsOf(kind, { ...value, ...time })).toContain(problem)
  })

  it.each([
    ['no JSON', '{', `${kind}: is not JSON`],
    ['an array', '[]', `${kind}: must be a JSON object`],
    ['an id twice', '{"id":"a","id":"b"}', 'id: is given more than once'],
    ['17 kB', ' '.repeat(17_000), `${kind}: is 17000 bytes long; the limit is 16384`],
  ])('it is a JSON object, and not %s', (_, json, problem) => {
    expect(problemsOf(kind, json)).toContain(problem)
  })
})
