import { getEventListeners, once } from 'node:events'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { jwtVerify } from 'jose'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  callbackClient,
  exampleRecordId,
  exampleRequest,
  keys,
  tokenSource,
} from './support/callback-client.ts'
import { baseUrlOf, closedPort, json, socketServer, webServer } from './support/local-peer.ts'

const examplePath = `/telephony/v1/voiceCalls/${exampleRequest.callId}/requestCallback`
const exampleBody =
  '{"callbackNumber":"+18445791189","isPreviewCallback":true,"scheduledRoutingDateTime":"2026-02-26T15:40:52Z"}'

describe('the request', () => {
  it("is the one of Salesforce's API page, byte for byte", async () => {
    const tokens = tokenSource()
    let wire = ''
    const { baseUrl } = await socketServer(({ socket }) => {
      socket.on('data', (chunk) => {
        wire += chunk.toString('latin1')
        if (!wire.endsWith('}')) return
        socket.end(
          `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"recordId":"${exampleRecordId}"}`,
        )
      })
    })
    const client = callbackClient({ baseUrl, tokens })
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

    const answer = await client.requestCallback({ ...exampleRequest, traceparent })

    expect(answer).toMatchObject({ kind: 'answered', status: 200, recordId: exampleRecordId })
    const [head = '', body] = wire.split('\r\n\r\n')
    const [start, ...headers] = head.split('\r\n')
    expect(start).toBe(`POST ${examplePath} HTTP/1.1`)
    expect(headers.sort()).toEqual([
      'Connection: keep-alive',
      `Host: ${new URL(baseUrl).host}`,
      'accept-encoding: gzip, deflate, br',
      'accept: application/json',
      `authorization: Bearer ${await tokens.token()}`,
      `content-length: ${exampleBody.length}`,
      'content-type: application/json',
      'idempotency-key: order-4711',
      'telephony-provider-name: Amazon Connect',
      `traceparent: ${traceparent}`,
      'user-agent: ringback',
    ])
    expect(body).toBe(exampleBody)
  })

  it('carries a token that the public key verifies, the same one each time', async () => {
    const server = await webServer((response) => json(response, 200, {}))
    const client = callbackClient({ baseUrl: server.baseUrl })
    await client.requestCallback(exampleRequest)
    await client.requestCallback(exampleRequest)
    const [first = '', second] = server.seen.map(({ headers }) => headers.authorization)
    expect(second).toBe(first)
    const { payload } = await jwtVerify(first.replace(/^Bearer /, ''), keys.publicKey)
    expect(payload).toMatchObject({ iss: '00DHs00000Kmpyr', sub: 'scv4cc1' })
  })

  it('carries neither a trace nor a provider name when there is none', async () => {
    const server = await webServer((response) => json(response, 200, {}))
    const client = callbackClient({ baseUrl: server.baseUrl, telephonyProviderName: undefined })
    await client.requestCallback(exampleRequest)
    const names = Object.keys(server.seen[0]?.headers ?? {})
    expect(names).toContain('idempotency-key')
    expect(names).not.toContain('telephony-provider-name')
    expect(names).not.toContain('traceparent')
  })

  it('reaches the server with every call id as one intact path segment', async () => {
    const server = await webServer((response) => json(response, 200, {}))
    const client = callbackClient({ baseUrl: server.baseUrl })
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
        async (callId) => {
          fc.pre(callId !== '.' && callId !== '..')
          await client.requestCallback({ ...exampleRequest, callId })
          const path = server.seen.at(-1)?.path ?? ''
          const segment = /^\/telephony\/v1\/voiceCalls\/([^/?#]+)\/requestCallback$/.exec(
            path,
          )?.[1]
          expect(decodeURIComponent(segment ?? '')).toBe(callId)
        },
      ),
      { numRuns: 50 },
    )
  })

  it.each(['.', '..', '', '\ud800'])(
    'is never sent for the call id %j, which would change the path',
    async (callId) => {
      const server = await webServer((response) => json(response, 200, {}))
      const client = callbackClient({ baseUrl: server.baseUrl })
      expect(await client.requestCallback({ ...exampleRequest, callId })).toMatchObject({
        kind: 'failed',
        sent: false,
        code: 'unusable-call-id',
      })
      expect(server.connections()).toBe(0)
    },
  )

  it.each([
    ['a header that HTTP cannot carry', { idempotencyKey: 'a\r\nx-evil: 1' }],
    ['a time that is none', { scheduledRoutingDateTime: 'tomorrow' }],
  ])('is never sent with %s', async (_case, part) => {
    const server = await webServer((response) => json(response, 200, {}))
    const client = callbackClient({ baseUrl: server.baseUrl })
    expect(await client.requestCallback({ ...exampleRequest, ...part })).toMatchObject({
      kind: 'failed',
      sent: false,
      code: 'unusable-request',
    })
    expect(server.connections()).toBe(0)
  })

  it.each(['http', 'https'] as const)(
    'goes over the connection of the one before: %s',
    async (scheme) => {
      const server = await webServer(
        (response) => json(response, 201, { recordId: exampleRecordId }),
        scheme,
      )
      const client = callbackClient({ baseUrl: server.baseUrl })
      for (let n = 0; n < 5; n++) {
        expect(await client.requestCallback(exampleRequest)).toMatchObject({
          status: 201,
          recordId: exampleRecordId,
        })
      }
      expect(server.connections()).toBe(1)
    },
  )

  it("leaves no listener behind on the caller's signal", async () => {
    const server = await webServer((response) => json(response, 200, {}))
    const client = callbackClient({ baseUrl: server.baseUrl })
    const lost = callbackClient({ baseUrl: baseUrlOf('http', await closedPort()) })
    const { signal } = new AbortController()
    expect((await client.requestCallback(exampleRequest, { signal })).kind).toBe('answered')
    expect((await lost.requestCallback(exampleRequest, { signal })).kind).toBe('failed')
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('may be one of many that a single signal ends, without a warning', async () => {
    const warnings: Error[] = []
    const note = (warning: Error) => warnings.push(warning)
    process.on('warning', note)
    onTestFinished(() => void process.off('warning', note))
    const abort = new AbortController()
    const server = await webServer((_response, _seen, index) => {
      if (index === 19) abort.abort()
    })
    const client = callbackClient({ baseUrl: server.baseUrl })
    const attempts = Array.from({ length: 20 }, () =>
      client.requestCallback(exampleRequest, { signal: abort.signal }),
    )
    for (const answer of await Promise.all(attempts)) {
      expect(answer).toMatchObject({ kind: 'failed', sent: true, code: 'aborted' })
    }
    expect(warnings).toEqual([])
  })

  it('leaves no connection open after close()', async () => {
    const ended: Promise<unknown>[] = []
    const server = await webServer((response) => {
      if (response.socket) ended.push(once(response.socket, 'close'))
      json(response, 200, {})
    })
    const client = callbackClient({ baseUrl: server.baseUrl })
    await client.requestCallback(exampleRequest)
    client.close()
    await Promise.all(ended)
    expect(ended).toHaveLength(1)
  })
})

describe('the answer', () => {
  it.each([301, 302, 303, 307, 308])('%d is an answer: no redirect is followed', async (status) => {
    const elsewhere = await webServer((response) => json(response, 200, { recordId: 'stolen' }))
    const server = await webServer((response) => {
      response.writeHead(status, { location: elsewhere.baseUrl }).end()
    })
    const client = callbackClient({ baseUrl: server.baseUrl })
    expect(await client.requestCallback(exampleRequest)).toMatchObject({
      kind: 'answered',
      status,
      recordId: undefined,
    })
    expect(server.seen).toHaveLength(1)
    expect(elsewhere.connections()).toBe(0)
  })

  it.each([200, 201, 204, 400, 403, 404, 409, 429, 500, 502, 503, 504])(
    '%d comes back as it is, after one request',
    async (status) => {
      const server = await webServer((response) => {
        response.writeHead(status).end(status === 204 ? undefined : '{"code":"C","message":"m"}')
      })
      const client = callbackClient({ baseUrl: server.baseUrl })
      expect(await client.requestCallback(exampleRequest)).toMatchObject({
        kind: 'answered',
        status,
        errors: status === 204 ? [] : [{ code: 'C', message: 'm' }],
        retryAfterMs: undefined,
      })
      expect(server.seen).toHaveLength(1)
    },
  )

  it('holds Retry-After in ms, counted from the injected clock, and the time it took', async () => {
    let now = Date.UTC(2026, 1, 26, 15, 40, 52)
    const clock = {
      now: () => now,
      monotonic: () => now,
      sleep: () => Promise.reject(new Error('nothing here sleeps')),
    }
    const server = await webServer((response) => {
      now += 3_000
      response.writeHead(429, { 'retry-after': 'Thu, 26 Feb 2026 15:41:00 GMT' }).end()
    })
    const client = callbackClient({ baseUrl: server.baseUrl, clock })
    expect(await client.requestCallback(exampleRequest)).toEqual({
      kind: 'answered',
      status: 429,
      recordId: undefined,
      errors: [],
      retryAfterMs: 5_000,
      phase: 'answered',
      bytesSent: expect.any(Number) as unknown,
      durationMs: 3_000,
    })
  })

  it('holds the callback number in no spelling', async () => {
    const server = await webServer((response) =>
      json(response, 400, [{ errorCode: 'BAD_PHONE', message: 'No route to (844) 579-1189.' }]),
    )
    const client = callbackClient({ baseUrl: server.baseUrl })
    expect(await client.requestCallback(exampleRequest)).toMatchObject({
      errors: [{ code: 'BAD_PHONE', message: 'No route to (+18•••89.' }],
    })
  })

  it('is read when it is compressed', async () => {
    const server = await webServer((response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' })
      response.end(gzipSync(JSON.stringify({ recordId: exampleRecordId })))
    })
    const client = callbackClient({ baseUrl: server.baseUrl })
    expect(await client.requestCallback(exampleRequest)).toMatchObject({
      recordId: exampleRecordId,
    })
  })

  it('does not give the phone number away that it echoes', async () => {
    const server = await webServer((response, { body }) => json(response, 400, { message: body }))
    const client = callbackClient({ baseUrl: server.baseUrl })
    const answer = await client.requestCallback(exampleRequest)
    expect(JSON.stringify(answer)).toContain('•••')
    expect(JSON.stringify(answer)).not.toContain('5791189')
  })

  it.each([
    ['plain', undefined, (text: string) => Buffer.from(text)],
    ['compressed', 'gzip', gzipSync],
  ])('is read up to 64 KiB and not beyond: %s', async (_case, encoding, encode) => {
    const bodyOf = (bytes: number) => {
      const frame = JSON.stringify({ recordId: exampleRecordId, filler: '' })
      return frame.replace('""', `"${'x'.repeat(bytes - frame.length)}"`)
    }
    const server = await webServer((response, _seen, index) => {
      response.writeHead(200, encoding === undefined ? {} : { 'content-encoding': encoding })
      response.end(encode(bodyOf(65_536 + index)))
    })
    const client = callbackClient({ baseUrl: server.baseUrl })
    expect(await client.requestCallback(exampleRequest)).toMatchObject({
      recordId: exampleRecordId,
      errors: [],
    })
    expect(await client.requestCallback(exampleRequest)).toMatchObject({
      kind: 'answered',
      status: 200,
      recordId: undefined,
      errors: [{ message: expect.stringContaining('larger than 65536 bytes') as unknown }],
    })
    // What was left unread is not part of the next answer.
    expect(await client.requestCallback(exampleRequest)).toMatchObject({ status: 200 })
    expect(server.seen).toHaveLength(3)
  })

  it('that never ends is given up after 64 KiB, and its connection with it', async () => {
    let closed: Promise<unknown> | undefined
    const server = await webServer((response) => {
      closed = once(response, 'close')
      response.writeHead(500)
      const more = () => {
        while (response.write('x'.repeat(16_384)));
      }
      response.on('drain', more)
      more()
    })
    const client = callbackClient({ baseUrl: server.baseUrl })
    expect(await client.requestCallback(exampleRequest)).toMatchObject({
      kind: 'answered',
      status: 500,
      recordId: undefined,
    })
    await closed
    expect(closed).toBeDefined()
  })

  it.each([
    ['cut off', 'Content-Length: 50\r\n\r\n{"recordId":"0Tz"}'],
    ['cut off between chunks', 'Transfer-Encoding: chunked\r\n\r\n5\r\n{"rec\r\n'],
    ['compressed and damaged', 'Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope'],
  ])('keeps its status when the body is %s', async (_case, rest) => {
    const { baseUrl } = await socketServer(({ socket }) => {
      socket.once('data', () => socket.end(`HTTP/1.1 503 Busy\r\nRetry-After: 7\r\n${rest}`))
    })
    const client = callbackClient({ baseUrl })
    expect(await client.requestCallback(exampleRequest)).toMatchObject({
      kind: 'answered',
      status: 503,
      recordId: undefined,
      errors: [{ message: 'The answer was cut off before its end.' }],
      retryAfterMs: 7_000,
    })
  })

  it('keeps its status when the body does not end before the time is up', async () => {
    const server = await webServer((response) => {
      response.writeHead(201).write('{"recordId":')
    })
    const client = callbackClient({ baseUrl: server.baseUrl, timeoutMs: 2_000 })
    expect(await client.requestCallback(exampleRequest)).toMatchObject({
      kind: 'answered',
      status: 201,
      recordId: undefined,
      errors: [{ message: 'The answer was cut off before its end.' }],
    })
  })
})
