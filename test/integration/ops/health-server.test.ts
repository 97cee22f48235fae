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
    metrics: () => Promise.resolve({ contentType: 'text/plain', text: 'ringback_up 1\n' }),
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
