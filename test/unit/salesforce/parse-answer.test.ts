import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseBody } from '../../../src/salesforce/parse-answer.ts'

const exampleId = '0TzLT00000000w50AA'

describe('the recordId of an answer', () => {
  it.each([exampleId, '0LQRM0000006CSz', '0TzLT00000000w5', '0TzLT00000000w5zzz'])(
    'is taken from the body: %s',
    (recordId) => {
      expect(parseBody(JSON.stringify({ recordId }))).toEqual({ recordId, errors: [] })
    },
  )

  it.each([
    ['empty', { recordId: '' }],
    ['blank', { recordId: '  ' }],
    ['null', { recordId: null }],
    ['a number', { recordId: 7 }],
    ['an object', { recordId: { id: '0Tz' } }],
    ['absent', { callbackId: exampleId }],
    ['inside an array', [{ recordId: exampleId }]],
    ['deeper down', { result: { recordId: exampleId } }],
  ])('is missing when it is %s', (_case, body) => {
    expect(parseBody(JSON.stringify(body))).toEqual({ errors: [] })
  })

  it.each([
    ['too short', 'x'.repeat(14), 'x'.repeat(14)],
    ['too long', 'x'.repeat(19), 'x'.repeat(19)],
    ['between the two lengths', 'x'.repeat(16), 'x'.repeat(16)],
    ['much too long', 'x'.repeat(60_000), `${'x'.repeat(99)}…`],
    ['followed by a line break', `${exampleId}\n`, exampleId],
    ['two ids', `${exampleId} ${exampleId}`, `${exampleId} ${exampleId}`],
    ['coloured', '\u001b[31m0TzLT0000000\u001b', '[31m0TzLT0000000'],
    ['turned around', '\u202e0TzLT00000000w5', '0TzLT00000000w5'],
    ['of full width', '０TzLT00000000w5', '0TzLT00000000w5'],
    ['the number', '+18445791189', '+18•••89'],
    ['the number, shaped like an id', '18445791189ABCD', '+18•••89ABCD'],
    ['a token', 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln', '[token]'],
  ])('is none when it is %s, and is shown as what others say is', (_case, recordId, shown) => {
    const body = { recordId, message: 'Callback requested' }
    const read = parseBody(JSON.stringify(body), { callbackNumber: '+18445791189' })
    expect(read).toEqual({ unusableRecordId: shown, errors: [] })
  })

  it('is not taken from what a body calls a prototype', () => {
    const body = `{"__proto__":{"recordId":"${exampleId}"},"constructor":{"recordId":"${exampleId}"}}`
    expect(parseBody(body)).toEqual({ errors: [] })
  })

  it('may stand beside neutral words, which are not errors then', () => {
    const body = { recordId: exampleId, code: 'OK', message: 'Callback requested', errors: [] }
    expect(parseBody(JSON.stringify(body))).toEqual({ recordId: exampleId, errors: [] })
  })

  it.each([
    [{ recordId: exampleId, errors: ['no queue'] }, { message: 'no queue' }],
    [
      { recordId: exampleId, errors: [{ code: 'A', message: 'b' }] },
      { code: 'A', message: 'b' },
    ],
    [
      { recordId: exampleId, errorCode: 'A', message: 'b' },
      { code: 'A', message: 'b' },
    ],
    [{ recordId: exampleId, errorMessage: 'b' }, { message: 'b' }],
  ])('does not hide an error beside it: %j', (body, error) => {
    expect(parseBody(JSON.stringify(body))).toEqual({ recordId: exampleId, errors: [error] })
  })
})

describe('the errors of an answer', () => {
  it.each([
    [{ code: 'LIMIT', message: 'Too many' }, [{ code: 'LIMIT', message: 'Too many' }]],
    [{ message: 'Too many', errorCode: 'LIMIT' }, [{ code: 'LIMIT', message: 'Too many' }]],
    [
      { error: 'invalid_grant', error_description: 'expired' },
      [{ code: 'invalid_grant', message: 'expired' }],
    ],
    [{ error: 'rate limited' }, [{ code: 'rate limited' }]],
    [{ error: { code: 'A', message: 'b' } }, [{ code: 'A', message: 'b' }]],
    [{ errorMessage: 'bad' }, [{ message: 'bad' }]],
    [{ code: 429, message: 'Too many' }, [{ code: '429', message: 'Too many' }]],
    [{ voiceCallId: '0LQ', errors: 'one thing' }, [{ message: 'one thing' }]],
    [{ errors: ['one', 'two'] }, [{ message: 'one' }, { message: 'two' }]],
    [{ errors: { code: 'A' } }, [{ code: 'A' }]],
    [
      { message: 'outer', errors: [{ errorCode: 'A', message: 'inner' }] },
      [{ message: 'outer' }, { code: 'A', message: 'inner' }],
    ],
    [
      [{ message: 'one', errorCode: 'A', fields: [] }, 'two'],
      [{ code: 'A', message: 'one' }, { message: 'two' }],
    ],
    ['just text', [{ message: 'just text' }]],
    [{ errors: [] }, []],
    [{ errors: '' }, []],
    [{ code: '', message: null }, []],
    [{ status: 'Success' }, []],
    [null, []],
    [42, []],
    [[], []],
  ])('of %j are %j', (body, errors) => {
    expect(parseBody(JSON.stringify(body))).toEqual({ errors })
  })

  it('of a body that is not JSON are a short excerpt without its markup', () => {
    const page =
      '<html><head><style>p{color:red}</style><script>var a="<p>x</p>"</script></head>' +
      '<body><h1>502 Bad\n Gateway</h1><hr>nginx</body></html>'
    expect(parseBody(page)).toEqual({ errors: [{ message: '502 Bad Gateway nginx' }] })
  })

  it('are at most 200 characters of a body that is not JSON', () => {
    const [error] = parseBody(`oops ${'word '.repeat(500)}`).errors
    expect(error?.message).toMatch(/^oops word .*…$/)
    expect(error?.message?.length).toBeLessThanOrEqual(200)
  })

  it('are none for an empty body', () => {
    expect(parseBody('')).toEqual({ errors: [] })
    expect(parseBody(' \n')).toEqual({ errors: [] })
  })

  it('are bounded in number and length, and each one line', () => {
    const many = Array.from({ length: 50 }, () => ({
      code: 'C'.repeat(5_000),
      message: `a\u0000b\r\nc${'m'.repeat(5_000)}`,
    }))
    const { errors } = parseBody(JSON.stringify(many))
    expect(errors).toHaveLength(10)
    for (const { code, message } of errors) {
      expect(code?.length).toBeLessThanOrEqual(100)
      expect(message?.length).toBeLessThanOrEqual(500)
      expect(message).toMatch(/^a b cm/)
    }
  })

  it.each([3, 100_000])('are none where they lie %i lists deep or deeper', (depth) => {
    const nested = (levels: number) => `${'['.repeat(levels)}"deep"${']'.repeat(levels)}`
    expect(parseBody(nested(depth + 1)).errors).toEqual([])
    expect(parseBody(nested(3)).errors).toEqual([{ message: 'deep' }])
  })

  it('are found in linear time, however hostile the markup', () => {
    const hostile = ['<', '<script ', '</script', '<script><'].map((part) =>
      part.repeat(65_536 / part.length),
    )
    for (const text of hostile) expect(parseBody(text).errors.length).toBeLessThanOrEqual(1)
  })

  it('come from any text at all without an exception, as texts or not at all', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const { recordId, errors } = parseBody(text, { callbackNumber: '+18445791189' })
        expect(recordId === undefined || recordId.length > 0).toBe(true)
        for (const { code, message } of errors) expect(code ?? message).toEqual(expect.any(String))
      }),
    )
  })
})

describe('what an answer echoes', () => {
  const number = '+18445791189'

  it.each([
    '+18445791189',
    '18445791189',
    '8445791189',
    '+1 844 579 1189',
    '+1 (844) 579-1189',
    '(844) 579-1189',
    '844.579.1189',
    '%2B18445791189',
  ])('is masked when it is the callback number, written as %s', (echo) => {
    const bodies = [
      JSON.stringify({ message: `No route to ${echo}!`, code: echo }),
      `<p>No route to ${echo}!</p>`,
    ]
    for (const body of bodies) {
      const text = JSON.stringify(parseBody(body, { callbackNumber: number }))
      expect(text).toContain('•••')
      expect(text.replace(/\D/g, '')).not.toContain('5791189')
      expect(text).not.toContain('579')
    }
  })

  it.each([
    ['＋１８４４５７９１１８９', 'full width'],
    ['١٨٤٤٥٧٩١١٨٩', 'Arabic digits'],
    ['+1·844·579·11·89', 'dots'],
    ['1\u034f8\u034f4\u034f4\u034f5\u034f7\u034f9\u034f1\u034f1\u034f8\u034f9', 'what nobody sees'],
    ['%2531%2538%2534%2534%2535%2537%2539%2531%2531%2538%2539', 'percent-encoding, twice'],
    [String.raw`\u002b\u00318445791189`, 'escapes of JSON'],
    ['&#43;&#x31;8445791189', 'entities'],
    ['KzE4NDQ1NzkxMTg5', 'base64'],
    ["LIKE '%5%7%9%1%1%8%9%'", 'a query'],
    ["LIKE '%5791189%'", 'a query that looks percent-encoded'],
  ])('is masked when it is the callback number, written as %s: %s', (echo) => {
    const { errors } = parseBody(JSON.stringify({ message: `to ${echo}!` }), {
      callbackNumber: number,
    })
    expect(errors[0]?.message).toMatch(/•••|\[token\]/)
    expect(errors[0]?.message?.replace(/\D/g, '')).not.toContain('5791189')
    expect(errors[0]?.message).not.toContain(echo)
  })

  const token = `eyJhbGciOiJSUzI1NiJ9.${'eyJpc3MiOiIwMERIczAwMDAwS21weXIi'.repeat(3)}.${'c2lnbmF0dXJl'.repeat(9)}`
  it.each([
    ['as it is', token],
    ['in part', token.slice(25, 60)],
    ['broken by spaces', token.match(/.{1,9}/g)?.join(' ') ?? ''],
    ['broken by line breaks', token.match(/.{1,30}/g)?.join('\r\n') ?? ''],
    ['percent-encoded', encodeURIComponent(encodeURIComponent(token.replaceAll('.', '. ')))],
    ['in base64', Buffer.from(token).toString('base64')],
  ])('is masked when it is the token that was sent, %s', (_, echo) => {
    const sent = { callbackNumber: number, tokens: [token] }
    const { errors } = parseBody(JSON.stringify({ message: `bad ${echo}` }), sent)
    expect(errors[0]?.message).toMatch(/^bad (?:\[token\][.= ]*)+$/)
  })

  it('is masked where the callback number is as short as numbers get, and has no plus', () => {
    const { errors } = parseBody('{"message":"No route to 12345678!"}', {
      callbackNumber: '+12345678',
    })
    expect(errors).toEqual([{ message: 'No route to •••!' }])
  })

  it('is masked where half of it would stand beyond the end of the text', () => {
    const message = `${'x'.repeat(490)} +1 844 579 1189`
    const [error] = parseBody(JSON.stringify({ message }), { callbackNumber: number }).errors
    expect(error?.message).toContain(' +18')
    expect(error?.message?.replace(/\D/g, '')).not.toContain('1844')
  })

  it('is masked wherever it stands, in whatever spellings', () => {
    const message = `${number} is (844) 579-1189, ${number} and 8445791189`
    const { errors } = parseBody(JSON.stringify({ message }), { callbackNumber: number })
    expect(errors).toEqual([{ message: '+18•••89 is (+18•••89, +18•••89 and +18•••89' }])
  })

  it('is masked wherever it looks like a token', () => {
    const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln'
    const session = '00DHs00000KmpyrMAB!AQ.x'
    const { errors } = parseBody(JSON.stringify({ message: `${jwt} ${session} ${jwt} ${session}` }))
    expect(errors).toEqual([{ message: '[token] [token] [token] [token]' }])
  })

  it('is masked when it looks like an international number, known or not', () => {
    const { errors } = parseBody('{"message":"Try +44 20 7946 0958 or +4930901820 now"}')
    expect(errors).toEqual([{ message: 'Try +44•••58 or +49•••20 now' }])
  })

  it('is masked when it has no more digits than the shortest international numbers', () => {
    const { errors } = parseBody('{"message":"Try +2901234 now"}')
    expect(errors).toEqual([{ message: 'Try ••• now' }])
  })

  it('is masked when it looks like a token', () => {
    const { errors } = parseBody(
      '{"message":"bad token eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln"}',
    )
    expect(errors).toEqual([{ message: 'bad token [token]' }])
  })

  it('stays readable otherwise: ids, dates and short numbers are kept', () => {
    const message = 'VoiceCall 0LQRM0000006CSz of 2026-02-26T15:40:52+0000 failed 3 of 1000 times'
    expect(parseBody(JSON.stringify({ message }), { callbackNumber: number }).errors).toEqual([
      { message },
    ])
  })

  it('never holds the digits of the callback number, at whatever place of a long text it stands', () => {
    const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 7, maxLength: 14 })
    fc.assert(
      fc.property(digits, fc.integer({ min: 0, max: 600 }), (rest, offset) => {
        const callbackNumber = `+1${rest.join('')}`
        const message = `${'x'.repeat(offset)} ${callbackNumber} end`
        const text = JSON.stringify(
          parseBody(JSON.stringify({ message }), { callbackNumber }).errors,
        )
        expect(text).not.toContain(callbackNumber.slice(0, 6))
      }),
    )
  })
})
