import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Fault } from '../../../src/sandbox/faults.ts'
import type { Sandbox } from '../../../src/sandbox/sandbox.ts'
import { callId, heldClock, outcome, post, start } from './client.ts'

const clock = heldClock()

describe("the sandbox's faults", () => {
  let sandbox: Sandbox
  let chance: number
  beforeEach(async () => {
    chance = 0
    sandbox = await start({ clock, random: () => chance })
  })
  afterEach(() => sandbox.close())

  it.each<[Fault, number, unknown]>([
    [{ do: 'refuse' }, 400, [{ errorCode: 'REFUSED' }]],
    [
      { do: 'refuse', status: 404, code: 'X', message: 'Y' },
      404,
      [{ errorCode: 'X', message: 'Y' }],
    ],
    [{ do: 'limit' }, 429, { error: 'rate limited' }],
    [{ do: 'break' }, 503, { message: 'Sandbox: broken on request' }],
    [{ do: 'break', status: 500 }, 500, {}],
    [{ do: 'break', status: 502 }, 502, {}],
    [{ do: 'break', status: 504 }, 504, {}],
    [{ do: 'unauthorized' }, 401, { error: 'invalid_token' }],
  ])('%j answers %i and books nothing', async (fault, status, body) => {
    sandbox.setFaults([fault])
    expect(await outcome(sandbox)).toMatchObject({ status, body, booked: 0 })
    expect(sandbox.requests()).toMatchObject([{ ending: status }])
  })

  it.each<[Fault, string | null]>([
    [{ do: 'limit' }, null],
    [{ do: 'limit', retryAfter: 2 }, '2'],
    [{ do: 'limit', retryAfter: 0 }, '0'],
    [{ do: 'limit', retryAfter: '90s' }, 'Thu, 26 Feb 2026 15:01:30 GMT'],
    [{ do: 'limit', retryAfter: '500ms' }, 'Thu, 26 Feb 2026 15:00:01 GMT'],
    [{ do: 'limit', retryAfter: 'Wed, 21 Oct 2026 07:28:00 GMT' }, 'Wed, 21 Oct 2026 07:28:00 GMT'],
    [{ do: 'limit', retryAfter: 'soon' }, 'soon'],
    [{ do: 'break', retryAfter: 60 }, '60'],
  ])('%j sends the Retry-After %j', async (fault, expected) => {
    sandbox.setFaults([fault])
    expect((await post(sandbox)).headers.get('retry-after')).toBe(expected)
  })

  it('break can answer in HTML', async () => {
    sandbox.setFaults([{ do: 'break', status: 502, body: 'html' }])
    const response = await post(sandbox)

    expect(response.status).toBe(502)
    expect(response.headers.get('content-type')).toMatch('text/html')
    expect(await response.text()).toMatch(/^<!doctype html>/)
  })

  it('break with booked answers 500 after it has booked', async () => {
    sandbox.setFaults([{ do: 'break', status: 500, booked: true }])
    expect(await outcome(sandbox)).toMatchObject({ status: 500, booked: 1 })
  })

  it('omit-record-id books and answers 200 without a recordId', async () => {
    sandbox.setFaults([{ do: 'omit-record-id' }])
    const { status, body, booked } = await outcome(sandbox)

    expect({ status, booked }).toEqual({ status: 200, booked: 1 })
    expect(body).not.toHaveProperty('recordId')
  })

  it('errors-in-success books and answers 200 with the recordId and errors', async () => {
    sandbox.setFaults([{ do: 'errors-in-success' }])
    const { status, body } = await outcome(sandbox)

    expect(status).toBe(200)
    expect(body).toMatchObject({
      recordId: sandbox.bookings()[0]?.recordId,
      errors: [expect.any(String)],
    })
  })

  it('garbage books and answers 200 with what is not JSON', async () => {
    sandbox.setFaults([{ do: 'garbage' }])
    const response = await post(sandbox)

    expect(response.status).toBe(200)
    await expect(response.json()).rejects.toThrow(SyntaxError)
    expect(sandbox.bookings()).toHaveLength(1)
  })

  it('garbage is as large as its field says', async () => {
    sandbox.setFaults([{ do: 'garbage', bytes: 1_000_000 }])
    const text = await (await post(sandbox)).text()
    expect(text.length).toBeGreaterThanOrEqual(1_000_000)
  })

  it('redirect answers 302 to a path where a client that follows is refused and seen', async () => {
    sandbox.setFaults([{ do: 'redirect' }])
    const response = await post(sandbox)
    const location = response.headers.get('location') ?? ''

    expect(response.status).toBe(302)
    expect((await post(sandbox, { path: location })).status).toBe(404)
    expect(sandbox.requests()).toMatchObject([{ ending: 302 }, { path: location, ending: 404 }])
    expect(sandbox.bookings()).toEqual([])
  })

  it.each<[Fault, number]>([
    [{ do: 'cut' }, 0],
    [{ do: 'cut', when: 'before' }, 0],
    [{ do: 'cut', when: 'after' }, 1],
  ])('%j cuts the connection with %i bookings made', async (fault, bookings) => {
    sandbox.setFaults([fault])
    await expect(post(sandbox)).rejects.toThrow()

    expect(sandbox.bookings()).toHaveLength(bookings)
    expect(sandbox.counts()).toMatchObject({ requests: 1, endings: { cut: 1 } })
  })

  it.each<[Fault, number]>([
    [{ do: 'stall' }, 0],
    [{ do: 'stall', booked: true }, 1],
  ])('%j never answers, with %i bookings made', async (fault, bookings) => {
    sandbox.setFaults([fault])
    const leave = new AbortController()
    const answer = post(sandbox, { signal: leave.signal }).then(
      () => 'answered',
      (error: unknown) => (error as Error).name,
    )
    await sandbox.until(() => sandbox.counts().endings['stalled'] === 1)
    // Another request goes all the way meanwhile.
    sandbox.setFaults([])
    expect((await post(sandbox, { callId: 'another' })).status).toBe(200)
    leave.abort()

    expect(await answer).toBe('AbortError')
    expect(sandbox.bookingsOf(callId)).toHaveLength(bookings)
  })

  it('slow waits as long as it says, then does as usual', async () => {
    sandbox.setFaults([{ do: 'slow', delayMs: 800 }])
    const answer = outcome(sandbox)
    const sleep = await clock.nextSleep()

    expect(sleep.ms).toBe(800)
    expect(sandbox.counts()).toEqual({ requests: 1, booked: 0, endings: {} })
    sleep.end()
    expect(await answer).toMatchObject({ status: 200, booked: 1 })
  })

  it('any fault can wait before it acts', async () => {
    sandbox.setFaults([{ do: 'refuse', delayMs: 5 }])
    const answer = outcome(sandbox)
    const sleep = await clock.nextSleep()
    sleep.end()

    expect(sleep.ms).toBe(5)
    expect(await answer).toMatchObject({ status: 400 })
  })

  it('books a delayed request also when its client has left', async () => {
    sandbox.setFaults([{ do: 'slow', delayMs: 800 }])
    const leave = new AbortController()
    const answer = post(sandbox, { signal: leave.signal })
    const left = expect(answer).rejects.toThrow()
    const sleep = await clock.nextSleep()
    leave.abort()
    await left
    sleep.end()

    expect(await sandbox.booked(callId)).toMatchObject({ callId })
  })

  it('a reset cuts what is delayed or stalled, and it books no more', async () => {
    sandbox.setFaults([
      { do: 'stall', times: 1 },
      { do: 'slow', delayMs: 800 },
    ])
    const stalled = expect(post(sandbox)).rejects.toThrow()
    await sandbox.until(() => sandbox.counts().endings['stalled'] === 1)
    const delayed = expect(post(sandbox)).rejects.toThrow()
    const sleep = await clock.nextSleep()
    sandbox.reset()
    sleep.end()
    await stalled
    await delayed

    expect(sandbox.counts()).toEqual({ requests: 0, booked: 0, endings: {} })
    expect((await outcome(sandbox)).booked).toBe(1)
  })

  it('a fault with times applies so often, then the next one, then none', async () => {
    sandbox.setFaults([
      { do: 'limit', times: 2 },
      { do: 'break', times: 1 },
    ])
    const statuses = []
    for (let n = 0; n < 4; n += 1) statuses.push((await post(sandbox)).status)

    expect(statuses).toEqual([429, 429, 503, 200])
  })

  it('a fault with a callId applies to that call only, in either form of its id', async () => {
    sandbox.setFaults([{ do: 'refuse', match: { callId: '0LQRM0000006CSz' } }])

    expect((await post(sandbox, { callId: 'another' })).status).toBe(200)
    expect((await post(sandbox, { callId: '0LQRM0000006CSz' })).status).toBe(400)
    expect((await post(sandbox, { callId: '0LQRM0000006CSz4AM' })).status).toBe(400)
  })

  it('a fault with a rate applies by chance, and is not used up when chance spares the request', async () => {
    sandbox.setFaults([{ do: 'break', rate: 0.2, times: 1 }])
    chance = 0.2
    expect((await post(sandbox)).status).toBe(200)
    chance = 0.19
    expect((await post(sandbox)).status).toBe(503)
    expect((await post(sandbox)).status).toBe(200)
  })

  it('a request that fails a check uses up no fault', async () => {
    sandbox.setFaults([{ do: 'break', times: 1 }])

    expect((await post(sandbox, { body: '{}' })).status).toBe(400)
    expect((await post(sandbox)).status).toBe(503)
  })
})
