import { describe, expect, it } from 'vitest'
import { parseFaultOption } from '../../../src/sandbox/fault-option.ts'
import { faultNames } from '../../../src/sandbox/faults.ts'

describe('parseFaultOption', () => {
  it.each([
    ['refuse:callId=abc,status=404', { do: 'refuse', match: { callId: 'abc' }, status: 404 }],
    [
      'refuse:callId=123,code=456,message=no',
      { do: 'refuse', match: { callId: '123' }, code: '456', message: 'no' },
    ],
    ['limit:retryAfter=2,times=3', { do: 'limit', retryAfter: 2, times: 3 }],
    ['limit:retryAfter=30s', { do: 'limit', retryAfter: '30s' }],
    ['break:status=503,rate=0.2', { do: 'break', status: 503, rate: 0.2 }],
    ['break:body=html,booked=true', { do: 'break', body: 'html', booked: true }],
    ['stall:times=1', { do: 'stall', times: 1 }],
    ['stall:booked=false', { do: 'stall', booked: false }],
    ['cut:when=after,times=1', { do: 'cut', when: 'after', times: 1 }],
    [' slow:delayMs=800 ', { do: 'slow', delayMs: 800 }],
    ['break:on=token,status=503', { do: 'break', on: 'token', status: 503 }],
    ['garbage:bytes=1000000', { do: 'garbage', bytes: 1_000_000 }],
    ['lag:lagMs=2000,times=1', { do: 'lag', lagMs: 2000, times: 1 }],
    ['refuse: status=404 , message=a=b:c', { do: 'refuse', status: 404, message: 'a=b:c' }],
  ])('reads %j', (text, fault) => {
    expect(parseFaultOption(text)).toEqual(fault)
  })

  it.each(faultNames.filter((name) => name !== 'slow'))('reads the bare word %s', (name) => {
    expect(parseFaultOption(name)).toEqual({ do: name })
  })

  it.each([
    ['', 'refuse, limit, break'],
    ['explode', 'refuse, limit, break'],
    ['__proto__', 'refuse, limit, break'],
    ['refuse:', 'field=value'],
    ['refuse:status', 'field=value'],
    ['refuse:status=', 'field=value'],
    ['refuse:status=404,', 'field=value'],
    ['refuse:status=404,status=405', 'twice'],
    ['refuse:status=200', 'status: '],
    ['refuse:status=abc', 'status: '],
    ['refuse:colour=red', '"colour"'],
    ['refuse:do=stall', '"do" is not a field'],
    ['refuse:callId=a,match=b', '"match" is not a field'],
    ['refuse:__proto__=x', '"__proto__"'],
    ['break:status=501', 'status: Invalid option: expected one of 500|502|503|504'],
    ['limit:times=0', 'times: '],
    ['limit:times=1.5', 'times: '],
    ['limit:rate=2', 'rate: '],
    ['stall:booked=yes', 'booked: '],
    ['cut:when=during', 'when: '],
    ['slow', 'delayMs: '],
    ['lag:lagMs=soon', 'lagMs: '],
    ['stall:on=elsewhere', 'on: '],
    ['stall:on=query,callId=abc', 'match: '],
  ])('answers %j with a problem that says %j', (text, words) => {
    expect(parseFaultOption(text)).toEqual({ problem: expect.stringContaining(words) as string })
  })

  it('names every wrong field at once', () => {
    const answer = parseFaultOption('refuse:status=200,times=0')
    expect(answer).toEqual({
      problem: expect.stringMatching(/status: .*; .*times: |times: .*; .*status: /) as string,
    })
  })
})
