import { describe, expect, it } from 'vitest'

import { decodeIntent } from '../../../../src/shared/contract/decode-intent.ts'
import { parseIntent } from '../../../../src/shared/contract/intent.ts'

/** As docs/wire-protocol.md derives them. */
const call = { callId: '89328b83-ff42-4c85-a2af-e948124365de', callbackNumber: '+18445791189' }
const derived = 'auto-W7aYv4Jixf1XDMl_p1bqvO'
const wished = {
  callId: '0LQRM0000006CSz',
  callbackNumber: '+431234567890',
  scheduledRoutingDateTime: '2026-02-26T16:40:52.7+01:00',
}
const derivedOfWished = 'auto-Z7Zf0VRKN6zR7DbC06zSf9'

const notDerived =
  'begins with auto-, as derived ids do, and is not the one derived from this intent; leave it out, or choose another'

describe('an id that begins with auto-', () => {
  it.each([
    [derived, call],
    [derived, { ...call, priority: 9, delay: '5m' }],
    [derivedOfWished, wished],
    [derivedOfWished, { ...wished, callId: '0LQRM0000006CSz4AM' }],
  ])('is taken where it is derived from the intent: %s', (id, fields) => {
    expect(parseIntent({ ...fields, id })).toMatchObject({ kind: 'ok', intent: { id } })
  })

  it.each([
    ['that of another number', derived, { ...call, callbackNumber: '+18445791190' }],
    ['that of another call', derived, { ...call, callId: '89328b83-ff42-4c85-a2af-e948124365dE' }],
    [
      'that of another wished time',
      derivedOfWished,
      { ...wished, scheduledRoutingDateTime: '2026-02-26T15:40:53Z' },
    ],
    [
      'that of a wish without a time',
      derived,
      { ...call, scheduledRoutingDateTime: '2026-02-26T15:40:52Z' },
    ],
    ['any other', 'auto-insurance-17', call],
    ['a part of it', 'auto-W7aYv4Jixf1XDMl_p1bqv', call],
    ['nothing more', 'auto-', call],
  ])('is refused by name where it is %s, and no letter lies under it', (_, id, fields) => {
    expect(parseIntent({ ...fields, id })).toEqual({
      kind: 'invalid',
      id: undefined,
      reservedId: id,
      problems: [{ field: 'id', message: notDerived }],
    })
  })

  it.each([
    ['and does not belong to it', { ...call, callId: 'another', id: derived }, undefined],
    ['and nobody can tell', { callbackNumber: call.callbackNumber, id: derived }, undefined],
    ['and its number is none', { ...call, callbackNumber: 18445791189, id: derived }, undefined],
    [
      'and its time is none',
      { ...wished, scheduledRoutingDateTime: 'soon', id: derivedOfWished },
      undefined,
    ],
    ['and belongs to it', { ...call, id: derived }, derived],
    ['and belongs to it, with its time', { ...wished, id: derivedOfWished }, derivedOfWished],
  ])('of what is wrong elsewhere %s', (_, fields, id) => {
    const parsed = parseIntent({ ...fields, dealy: 1 })
    expect(parsed).toMatchObject({ kind: 'invalid', id })
    expect(parsed.kind === 'invalid' && (parsed.reservedId ?? id)).toBe(fields.id)
  })
})

it.each(['inbox-1-0', 'inbox-1772120452000-17', 'auto-insurance-17'])(
  'gives no letter the id %s that is kept for others, whatever is wrong with its intent',
  (id) => {
    for (const text of [
      JSON.stringify({ ...call, id }),
      JSON.stringify({ ...call, id, dealy: 1 }),
      `{"id":"${id}","callId":"a","callId":"b"}`,
      `{"id":"${id}"}`,
    ]) {
      expect(decodeIntent(Buffer.from(text)), text).toMatchObject({
        kind: 'invalid',
        id: undefined,
        reservedId: id,
      })
    }
  },
)
