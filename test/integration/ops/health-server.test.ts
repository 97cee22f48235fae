import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

import { expect, it, onTestFinished } from 'vitest'

import {
  startHealthServer,
  type HealthReport,
  type HealthServerOptions,
} from '../../../src/ops/http/health-server.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'

const healthy: HealthReport = { ready: true, parts: { redis: true } }

async function serve(options: Partial<HealthServerOptions>): Promise<string> {
  const server = await startHealthServer({
    host: '127.0.0.1',
    port: 0,
    clock: systemClock,
    report: () => Promise.resolve(healthy),
    metrics: () =>
      Promise.resolve({
        contentType: 'text/plain',
        text: 'ringback_up 1\n',
        exemplars: new Map(),
      }),
    ...options,
  })
  onTestFinished(() => server.close())
  return server.url
}

it('answers /livez whatever else is wrong', async () => {
  const url = await serve({ report: () => Promise.reject(new Error('Redis is away')) })
  const response = await fetch(`${url}/livez`)
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ alive: true })
})

it('answers /readyz with 200 and the parts when all of them work', async () => {
  const response = await fetch(`${await serve({})}/readyz`)
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual(healthy)
})

it('answers /readyz with 503 and the parts when one of them does not', async () => {
  const report = { ready: false, parts: { redis: false, 'default.bridge': true } }
  const url = await serve({ report: () => Promise.resolve(report) })
  const response = await fetch(`${url}/readyz`)
  expect(response.status).toBe(503)
  expect(await response.json()).toEqual(report)
})

it('answers /metrics with the text and type of the registry', async () => {
  const response = await fetch(`${await serve({})}/metrics`)
  expect(response.headers.get('content-type')).toBe('text/plain')
  expect(await response.text()).toBe('ringback_up 1\n')
})

const prometheus242 =
  'application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2'

it.each([
  ['application/openmetrics-text', /^application\/openmetrics-text/],
  [prometheus242, /^application\/openmetrics-text/],
  ['text/plain;version=0.0.4', /^text\/plain/],
  ['text/html, */*;q=0.8', /^text\/plain/],
  ['application/openmetrics-text;q=0', /^text\/plain/],
  [`${'a/b,'.repeat(500)};;"q==`, /^text\/plain/],
])('answers /metrics in the form that is asked for: %s', async (accept, type) => {
  const response = await fetch(`${await serve({})}/metrics`, { headers: { accept } })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toMatch(type)
  const isOpen = type.source.includes('openmetrics')
  expect(await response.text()).toBe(`ringback_up 1\n${isOpen ? '# EOF\n' : ''}`)
})

it('shows no error text, which could tell a stranger where Redis is', async () => {
  const failing = () => Promise.reject(new Error('connect ECONNREFUSED redis.internal:6379'))
  const url = await serve({ report: failing, metrics: failing })
  for (const path of ['/readyz', '/metrics']) {
    const response = await fetch(`${url}${path}`)
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('redis.internal')
  }
})

it('is asked with GET and HEAD, and with nothing else', async () => {
  const url = await serve({})
  const head = await fetch(`${url}/livez?verbose`, { method: 'HEAD' })
  expect(head.status).toBe(200)
  expect(await head.text()).toBe('')
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
    const response = await fetch(`${url}/livez`, { method })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, HEAD')
  }
})

it.each([
  ['HTTP/1.0, which names no host', 'GET /livez HTTP/1.0\r\n\r\n'],
  [
    'a name that is not its own',
    'GET /livez HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n',
  ],
  ['a name that is none', 'GET /livez HTTP/1.1\r\nHost: a b\\[\r\nConnection: close\r\n\r\n'],
  ['its whole address', 'GET http://a/livez?b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
])('answers whoever asks by %s', async (_, request) => {
  const answer = await say(await serve({}), request)
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  expect(answer).toContain('{"alive":true}')
})

it('is not asked with a method that Node’s own fetch forbids either', async () => {
  const request = 'TRACE /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
  expect(await say(await serve({}), request)).toMatch(/^HTTP\/1\.1 405 /)
})

it('names its paths to whoever asks for what is no address', async () => {
  const request = 'GET http://[ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
  expect(await say(await serve({}), request)).toMatch(/^HTTP\/1\.1 404 /)
})

it('reads no body: the connection ends with the answer', async () => {
  const response = await fetch(`${await serve({})}/livez`, { method: 'POST', body: 'x'.repeat(9) })
  expect(response.status).toBe(405)
  expect(response.headers.get('connection')).toBe('close')
})

it('asks Redis once for all who ask at the same time, and anew for those who ask later', async () => {
  let asked = 0
  const report = async () => {
    asked += 1
    await systemClock.sleep(100)
    return healthy
  }
  const url = await serve({ report })
  const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(`${url}/readyz`)))
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
  expect(asked).toBe(1)
  const later = async () => {
    await fetch(`${url}/readyz`)
    return asked
  }
  await expect.poll(later).toBe(2)
})

it.each([
  ['in one packet', (request: string) => [request.repeat(100)]],
  ['a byte at a time', (request: string) => request.repeat(2).split('')],
])('answers one question of a connection, asked %s', async (_, pieces) => {
  const { port } = new URL(await serve({}))
  const socket = connect(Number(port), '127.0.0.1').setNoDelay()
  socket.on('error', () => undefined)
  const answer = text(socket)
  for (const piece of pieces('GET /livez HTTP/1.1\r\nHost: a\r\n\r\n')) {
    socket.write(piece)
    await systemClock.sleep(1)
  }
  expect((await answer).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200'])
})

it('names its paths to whoever asks for another one', async () => {
  const response = await fetch(`${await serve({})}/`)
  expect(response.status).toBe(404)
  expect(await response.json()).toEqual({ paths: ['/livez', '/readyz', '/metrics'] })
})

it('refuses a port that is taken', async () => {
  const url = await serve({})
  const port = Number(new URL(url).port)
  await expect(serve({ port })).rejects.toThrow('EADDRINUSE')
})

/** What it answers to these bytes. */
function say(url: string, request: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write(request)
  return text(socket)
}
