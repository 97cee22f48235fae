/** The command of the image, as a container runs it: where OpenTelemetry's variables name a collector, it is told. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

import { expect, it, onTestFinished } from 'vitest'

import { sampleCallback } from '../support/callbacks.ts'
import { startProgram } from '../support/program.ts'
import { freshNamespace, redisUrl } from '../support/redis.ts'

const command = fileURLToPath(new URL('../../deploy/image/ringback.js', import.meta.url))
const one = sampleCallback('one')

interface Told {
  url: string | undefined
  type: string | undefined
  body: string
}

it('hands the spans of a short command to the collector before it ends', async () => {
  const collector = await startCollector()
  const { status, output } = await enqueue({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
  })
  expect(status, output).toBe(0)
  const [told] = collector.told
  expect(told).toMatchObject({ url: '/v1/traces', type: 'application/x-protobuf' })
  for (const text of ['submit default', 'EVALSHA accept', 'service.name', 'ringback', 'test'])
    expect(told?.body).toContain(text)
  expect(told?.body).not.toContain(one.callbackNumber.slice(1))
})

it('does its work where the collector cannot be reached, and ends', async () => {
  const { status, output } = await enqueue({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' })
  expect(status, output).toBe(0)
})

it('tells nobody anything where no collector is named', async () => {
  const collector = await startCollector()
  const { status, output } = await enqueue({})
  expect(status, output).toBe(0)
  expect(collector.told).toEqual([])
})

function enqueue(otel: Record<string, string>) {
  const env = { RINGBACK_REDIS_URL: redisUrl(), RINGBACK_NAMESPACE: freshNamespace(), ...otel }
  const args = [command, 'enqueue', '--call-id', one.callId, '--number', one.callbackNumber]
  return startProgram(process.execPath, args, { env }).ended
}

async function startCollector() {
  const told: Told[] = []
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const { url, headers } = request
      told.push({ url, type: headers['content-type'], body: body.toString('latin1') })
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return { told, url: `http://127.0.0.1:${port}` }
}
