import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Sandbox } from '../../../src/sandbox/sandbox.ts'
import { callId, control, goodClaims, post, sign, start } from './client.ts'

describe("the sandbox's control endpoint", () => {
  let sandbox: Sandbox
  beforeEach(async () => {
    sandbox = await start({ faults: [{ do: 'limit', times: 1 }] })
  })
  afterEach(() => sandbox.close())

  const stateNow = async (): Promise<unknown> => (await control(sandbox, 'GET', '/control')).json()

  it('answers 200 on /healthz', async () => {
    expect((await control(sandbox, 'GET', '/healthz')).status).toBe(200)
  })

  it('shows faults, counts by status, unanswered requests, and the calls booked more than once', async () => {
    await post(sandbox)
    await post(sandbox)
    await post(sandbox)
    await post(sandbox, { callId: 'once' })
    await post(sandbox, { body: '{}' })
    sandbox.setFaults([{ do: 'cut', when: 'after' }])
    await expect(post(sandbox, { callId: 'cut' })).rejects.toThrow()

    expect(await stateNow()).toEqual({
      faults: [{ fault: { do: 'cut', when: 'after' }, applied: 1, left: null }],
      requests: 6,
      booked: 4,
      refused: { 400: 1, 429: 1 },
      unanswered: 1,
      duplicates: [callId],
      bookingsByCallId: { [callId]: 2, once: 1, cut: 1 },
    })
  })

  it('does not count requests to itself', async () => {
    await control(sandbox, 'GET', '/control')
    await control(sandbox, 'GET', '/control/nowhere')

    expect(sandbox.counts().requests).toBe(0)
  })

  it('lists bookings with their numbers masked', async () => {
    sandbox.setFaults([])
    await post(sandbox, { headers: { 'idempotency-key': 'k' } })
    const text = await (await control(sandbox, 'GET', '/control/bookings')).text()

    expect(JSON.parse(text)).toMatchObject([
      { callId, callbackNumber: '+18•••89', idempotencyKey: 'k', isPreviewCallback: true },
    ])
    expect(text).not.toContain('8445791189')
  })

  it.each<[string, string]>([
    ['a line each', 'break:status=503,times=3\n\n limit:retryAfter=2 \n'],
    ['JSON, a text each', '["break:status=503,times=3", "limit:retryAfter=2"]'],
    ['JSON of both kinds', '[{"do":"break","status":503,"times":3}, "limit:retryAfter=2"]'],
  ])('takes faults as the command line spells them: %s', async (_, body) => {
    const put = await fetch(`${sandbox.url}/control/faults`, { method: 'PUT', body })
    expect(put.status).toBe(200)
    expect(await put.json()).toMatchObject({
      faults: [
        { fault: { do: 'break', status: 503, times: 3 }, left: 3 },
        { fault: { do: 'limit', retryAfter: 2 }, left: null },
      ],
    })
  })

  it.each<[string, string, RegExp]>([
    [
      'a fault that there is not',
      'brake:times=3',
      /^0: "brake:times=3" is not a fault: it must begin with one of/,
    ],
    ['a line among good ones', 'limit\nbreak:status=200', /^1: "break:status=200" is not a fault/],
    ['nothing', '', /array/],
    ['a number', '7', /array/],
  ])('refuses %s, and leaves what is in force', async (_, body, problem) => {
    const put = await fetch(`${sandbox.url}/control/faults`, { method: 'PUT', body })
    expect(put.status).toBe(400)
    const { problems } = (await put.json()) as { problems: string[] }
    expect(problems[0]).toMatch(problem)
    expect(await stateNow()).toMatchObject({ faults: [{ fault: { do: 'limit' } }] })
  })

  it('puts faults in the place of those in force, and takes them all away', async () => {
    const faults = [{ do: 'break', status: 500, times: 3, match: { callId } }]
    const put = await control(sandbox, 'PUT', '/control/faults', faults)
    expect(put.status).toBe(200)
    expect(await put.json()).toEqual({ faults: [{ fault: faults[0], applied: 0, left: 3 }] })
    expect((await post(sandbox)).status).toBe(500)
    expect(await stateNow()).toMatchObject({ faults: [{ applied: 1, left: 2 }] })

    expect((await control(sandbox, 'DELETE', '/control/faults')).status).toBe(200)
    expect((await post(sandbox)).status).toBe(200)
    expect(await stateNow()).toMatchObject({ faults: [] })
  })

  it('refuses wrong faults with every problem and its place, and leaves those in force', async () => {
    const response = await control(sandbox, 'PUT', '/control/faults', [
      { do: 'refuse', status: 200, tims: 2 },
      { do: 'explode' },
      { do: 'slow' },
      'stal',
    ])
    const { problems } = (await response.json()) as { problems: string[] }

    expect(response.status).toBe(400)
    expect(problems).toEqual([
      expect.stringContaining('0.status: '),
      expect.stringContaining('"tims"'),
      expect.stringMatching(/^1.*refuse, limit/),
      expect.stringContaining('2.delayMs: '),
      expect.stringMatching(/^3: .*refuse, limit/),
    ])
    expect((await post(sandbox)).status).toBe(429)
  })

  it.each(['', '{', '{}', 'null', '"stall"'])('refuses %j in place of faults', async (body) => {
    const response = await control(sandbox, 'PUT', '/control/faults', body)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ problems: [expect.any(String)] })
  })

  it('resets to what it was after the start: the faults of then, no counts, no jti used', async () => {
    const token = await sign({ ...goodClaims, jti: 'a' })
    expect((await post(sandbox, { token })).status).toBe(429)
    sandbox.setFaults([{ do: 'stall' }])
    const response = await control(sandbox, 'POST', '/control/reset')

    expect(await response.json()).toEqual({
      faults: [{ fault: { do: 'limit', times: 1 }, applied: 0, left: 1 }],
      requests: 0,
      booked: 0,
      refused: {},
      unanswered: 0,
      duplicates: [],
      bookingsByCallId: {},
    })
    expect((await post(sandbox, { token })).status).toBe(429)
  })

  it('says what there is to a wrong path, and what is allowed to a wrong method', async () => {
    const nowhere = await control(sandbox, 'GET', '/control/nowhere')
    expect(nowhere.status).toBe(404)
    expect(await nowhere.text()).toContain('PUT /control/faults')
    const wrong = await control(sandbox, 'POST', '/control/faults', [])
    expect(wrong.status).toBe(405)
    expect(wrong.headers.get('allow')).toBe('PUT, DELETE')
  })
})

describe('a page in a browser', () => {
  let sandbox: Sandbox
  beforeEach(async () => {
    sandbox = await start({ faults: [{ do: 'limit', times: 1 }] })
  })
  afterEach(() => sandbox.close())

  /** Not with fetch, which sets Host and Origin by itself. */
  async function ask(path: string, method: string, headers: Record<string, string>) {
    const asked = request(`${sandbox.url}${path}`, { method, headers, agent: false })
    asked.end(method === 'PUT' ? 'break:status=503' : '')
    const [response] = (await once(asked, 'response')) as [IncomingMessage]
    const chunks = (await response.toArray()) as Buffer[]
    return { status: response.statusCode, text: Buffer.concat(chunks).toString() }
  }

  const changing = [
    ['/control/faults', 'PUT'],
    ['/control/faults', 'DELETE'],
    ['/control/reset', 'POST'],
    ['/telephony/v1/voiceCalls/x/requestCallback', 'POST'],
    ['/telephony/v1/voiceCalls/x/requestCallback', 'GET'],
    ['/services/oauth2/token', 'POST'],
  ] as const
  const foreign = [
    ['of another origin', { origin: 'https://evil.example' }],
    ['of no origin that is told', { origin: 'null' }],
    ['on another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['that embeds it', { 'sec-fetch-site': 'cross-site' }],
    ['of the same site', { 'sec-fetch-site': 'same-site' }],
  ] as const

  it.each(foreign)('%s changes nothing, and is not even counted', async (_, headers) => {
    for (const [path, method] of changing) {
      const { status, text } = await ask(path, method, headers)
      expect(status).toBe(403)
      expect(text).toContain('the sandbox does not accept requests from pages of another')
    }
    expect(sandbox.counts().requests).toBe(0)
    expect(await (await control(sandbox, 'GET', '/control')).json()).toMatchObject({
      faults: [{ applied: 0, left: 1 }],
    })
  })

  it.each([
    'evil.example',
    'evil.example:8080',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
  ])('whose name %s was made to lead here can neither steer nor read', async (host) => {
    const origin = `http://${host}`
    for (const [path, method] of [['/control', 'GET'], ...changing] as const) {
      expect((await ask(path, method, { host, origin })).status).toBe(403)
    }
    expect((await ask('/control/bookings', 'GET', { host })).status).toBe(403)
    expect(sandbox.counts().requests).toBe(0)
  })

  it.each(['localhost', 'localhost:1', '127.0.0.1', '[::1]:8080', '10.1.2.3'])(
    'is none that asks it as %s',
    async (host) => {
      expect((await ask('/control', 'GET', { host })).status).toBe(200)
    },
  )

  it('is not a worker behind a proxy with another name, which is answered as ever', async () => {
    const { status } = await ask('/telephony/v1/voiceCalls/x/requestCallback', 'POST', {
      host: 'x.example',
    })
    // For want of a token.
    expect(status).toBe(401)
  })
})

it('can be controlled by the name that it listens on', async () => {
  const sandbox = await start({ host: 'localhost' })
  expect((await fetch(`${sandbox.url}/control`)).status).toBe(200)
  await sandbox.close()
})
