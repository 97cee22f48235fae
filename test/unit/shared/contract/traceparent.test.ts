import { describe, expect, it } from 'vitest'

import { parseIntent } from '../../../../src/shared/contract/intent.ts'
import { accepted, intentOf, least } from './sample-intent.ts'

const trace = '4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7'

describe('traceparent', () => {
  it.each<[string, unknown]>([
    ['nothing in it', ''],
    ['a text', 'abc'],
    ['zeros only', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-00`],
    ['no trace', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`],
    ['no parent', `00-4bf92f3577b34da6a3ce929d0e0e4736-${'0'.repeat(16)}-01`],
    ['a trailing space', `00-${trace}-01 `],
    ['a trailing line break', `00-${trace}-01\n`],
    ['capitals', `00-${trace.toUpperCase()}-01`],
    ['the version that is none', `ff-${trace}-01`],
    ['more than version 00 has', `00-${trace}-01-more`],
    ['a later version that is too short', `01-${trace}`],
    ['a later version with something else behind it', `01-${trace}-01.more`],
    ['null', null],
    ['a number', 7],
    ['an object', { version: '00' }],
    ['an array', [`00-${trace}-01`]],
  ])('is left out when it has %s, and the callback is taken all the same', (_, traceparent) => {
    expect(accepted(parseIntent({ ...least, traceparent }))).toEqual({
      kind: 'ok',
      intent: intentOf(least),
      traceparent: undefined,
      traceparentIgnored: true,
    })
  })

  it.each([
    ['of version 00', `00-${trace}-01`, `00-${trace}-01`],
    ['that is not sampled', `00-${trace}-00`, `00-${trace}-00`],
    ['of a later version', `01-${trace}-01`, `00-${trace}-01`],
    ['of a later version with more', `cc-${trace}-03-what-the-future-holds`, `00-${trace}-03`],
  ])('%s is continued as version 00', (_, given, continued) => {
    expect(accepted(parseIntent({ ...least, traceparent: given }))).toMatchObject({
      traceparent: continued,
      traceparentIgnored: false,
    })
  })

  it('that is not given is not ignored', () => {
    expect(accepted(parseIntent(least))).toMatchObject({ traceparentIgnored: false })
  })
})
