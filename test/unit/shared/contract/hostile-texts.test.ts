import { describe, expect, it } from 'vitest'

import { decodeIntent } from '../../../../src/shared/contract/decode-intent.ts'
import { intentFields, maxIntentBytes } from '../../../../src/shared/contract/intent.ts'
import { hostileTexts } from '../../../support/hostile-texts.ts'
import { expectLinear } from '../../../support/linear.ts'

const valid = { callId: 'call-1', callbackNumber: '+18445791189' }
/** What fits into an entry with the rest of an intent. */
const texts = hostileTexts(maxIntentBytes - 300)

function decode(intent: object) {
  return decodeIntent(Buffer.from(JSON.stringify(intent)))
}

describe('no text decides how long it is looked at', () => {
  it.each(intentFields)('as the field %s, whatever it holds', (field) => {
    expectLinear((text) => decode({ ...valid, [field]: text }), texts)
  })

  it.each<[string, (text: string) => object]>([
    ['an attribute', (text) => ({ ...valid, attributes: { a: text } })],
    ['the name of an attribute', (text) => ({ ...valid, attributes: { [text]: 'a' } })],
    ['a name that no field has', (text) => ({ ...valid, [text]: 'a' })],
    [
      'a local time in a zone',
      (text) => ({ ...valid, notBefore: text, timeZone: 'Europe/Vienna' }),
    ],
    [
      'the zone of a local time',
      (text) => ({ ...valid, notBefore: '2026-02-26T15:40:52', timeZone: text }),
    ],
    ['an intent', (text) => [text]],
  ])('as %s, whatever it holds', (_, intentOf) => {
    expectLinear((text) => decode(intentOf(text)), texts)
  })

  it('as the bytes of an entry', () => {
    expectLinear((text) => decodeIntent(Buffer.from(text)), texts)
  })

  it('and says of a text that is too long how long it is', () => {
    const tooLong = 'is 101 characters long; the limit is 100'
    for (const field of ['delay', 'notBefore', 'expiresAt', 'callbackNumber', 'timeZone']) {
      const notBefore = field === 'timeZone' ? { notBefore: '2026-02-26T15:40:52' } : {}
      const read = decode({ ...valid, ...notBefore, [field]: '1'.repeat(101) })
      const problems = [{ field, message: expect.stringContaining(tooLong) as string }]
      expect(read).toMatchObject({ kind: 'invalid', problems })
    }
  })
})
