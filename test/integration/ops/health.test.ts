import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'

import { isOtherContainer } from '../../../src/ops/operations/health/ask-health.ts'
import { startHealthServer } from '../../../src/ops/http/health-server.ts'
import { freePort } from '../../../src/local-redis/free-port.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import { runCommand } from './support/cli.ts'

async function serve(host: string, ready: boolean): Promise<string> {
  const server = await startHealthServer({
    host,
    port: 0,
    clock: systemClock,
    report: () => Promise.resolve({ ready, parts: {} }),
    metrics: () => Promise.reject(new Error('nobody asks')),
  })
  onTestFinished(() => server.close())
  return new URL(server.url).port
}

function health(env: Record<string, string>, ...options: string[]) {
  return runCommand({ env }, 'health', ...options)
}

describe('ringback health', () => {
  it.each([
    ['the default host', {}, '127.0.0.1'],
    ['every address', { RINGBACK_OPS_HOST: '0.0.0.0' }, '0.0.0.0'],
    ['every address of both families', { RINGBACK_OPS_HOST: '::' }, '::'],
    ['an address of its own', { RINGBACK_OPS_HOST: '127.0.0.2' }, '127.0.0.2'],
    ['a name', { RINGBACK_OPS_HOST: 'localhost' }, 'localhost'],
  ])('asks a worker that listens on %s, ready or not', async (_name, env, host) => {
    for (const ready of [true, false]) {
      const RINGBACK_OPS_PORT = await serve(host, ready)
      const { status, stdout } = await health({ ...env, RINGBACK_OPS_PORT })
      expect(stdout).toMatch(/\/livez says that the worker is alive\n$/)
      expect(status).toBe(0)
    }
  })

  it('asks a worker that listens on every address where a container without IPv6 can be asked', async () => {
    for (const host of ['0.0.0.0', '::']) {
      const RINGBACK_OPS_PORT = await serve(host, true)
      const { stdout } = await health({ RINGBACK_OPS_HOST: host, RINGBACK_OPS_PORT })
      expect(stdout).toContain('http://127.0.0.1:')
    }
  })

  it('ends with 1 where nobody listens, or somebody else', async () => {
    const nobody = await health({ RINGBACK_OPS_PORT: String(await freePort()) })
    expect(nobody.stdout).toContain('did not answer')
    const other = createServer((_request, response) => response.writeHead(404).end())
    other.listen(0, '127.0.0.1')
    await once(other, 'listening')
    onTestFinished(() => void other.close())
    const { port } = other.address() as AddressInfo
    const wrong = await health({ RINGBACK_OPS_PORT: String(port) }, '--json')
    expect(JSON.parse(wrong.stdout)).toMatchObject({ kind: 'ill' })
    expect([nobody.status, wrong.status]).toEqual([1, 1])
  })

  it('ends with 1 where a worker hangs', async () => {
    const hung = createServer(() => undefined)
    hung.listen(0, '127.0.0.1')
    await once(hung, 'listening')
    onTestFinished(() => {
      hung.close()
      hung.closeAllConnections()
    })
    const { port } = hung.address() as AddressInfo
    const { status, stdout } = await health({ RINGBACK_OPS_PORT: String(port) })
    expect(stdout).toContain('did not answer')
    expect(status).toBe(1)
  })

  it.each(['none', '0'])('finds no illness where nothing can be asked: %s', async (port) => {
    const { status, stdout } = await health({ RINGBACK_OPS_PORT: port })
    expect(stdout).toContain(`RINGBACK_OPS_PORT is ${port}`)
    expect(status).toBe(0)
  })

  it('reads no other setting, since the worker has refused what is wrong', async () => {
    const RINGBACK_OPS_PORT = await serve('127.0.0.1', true)
    const env = { RINGBACK_OPS_PORT, RINGBACK_RATE: 'fast', RINGBACK_REDIS_URL: 'nowhere' }
    expect((await health(env)).status).toBe(0)
    expect((await health({ RINGBACK_OPS_PORT: 'http' })).status).toBe(2)
  })
})

describe('the health of a container', () => {
  it.each([
    ['node\0/usr/local/bin/ringback\0worker\0', false],
    ['/sbin/docker-init\0--\0ringback\0worker\0', false],
    ['sh\0-c\0exec ringback worker\0', false],
    ['node\0/usr/local/bin/ringback\0sandbox\0--port=8080\0', true],
    ['node\0/usr/local/bin/ringback\0import\0calls.csv\0', true],
    [undefined, false],
  ])('is that of its worker where its first process is %j', (command, isOther) => {
    expect(isOtherContainer(() => command)).toBe(isOther)
  })
})
