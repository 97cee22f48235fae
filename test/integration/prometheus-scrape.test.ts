import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, it, onTestFinished } from 'vitest'

import { startHealthServer } from '../../src/ops/http/health-server.ts'
import { createMetrics } from '../../src/shared/telemetry/metrics.ts'
import { collectProcessMetrics } from '../../src/shared/telemetry/metrics-of-process.ts'
import { systemClock } from '../../src/shared/time/clock.ts'
import { isThere } from '../support/debian-program.ts'

const program = 'prometheus'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** A Prometheus that scrapes this address each second, and how to ask it. */
async function prometheusOf(target: string): Promise<(query: string) => Promise<string[]>> {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-prometheus-'))
  const config = join(folder, 'prometheus.yml')
  writeFileSync(
    config,
    `global: {scrape_interval: 1s}\nscrape_configs: [{job_name: ringback, static_configs: [{targets: ['${target}']}]}]\n`,
  )
  const address = `127.0.0.1:${await freePort()}`
  const flags = [`--config.file=${config}`, `--storage.tsdb.path=${folder}/data`]
  const child = spawn(program, [...flags, `--web.listen-address=${address}`], {
    stdio: 'ignore',
  })
  const hasEnded = new Promise((resolve) => child.once('exit', resolve))
  onTestFinished(async () => {
    child.kill()
    await hasEnded
    rmSync(folder, { recursive: true, force: true })
  })
  return async (query) => {
    const url = `http://${address}/api/v1/query?query=${encodeURIComponent(query)}`
    const response = await fetch(url).catch(() => undefined)
    const answer: unknown = await response?.json().catch(() => undefined)
    return [...JSON.stringify(answer ?? {}).matchAll(/"value":\[[^,]+,"([^"]+)"\]/g)].map(
      ([, value = '']) => value,
    )
  }
}

describe.skipIf(!isThere(program))('Prometheus', () => {
  it('reads what it asks a worker for, which is OpenMetrics, and knows each counter by its name', async () => {
    const { registry, observe, scrape } = createMetrics(() => Promise.resolve([]))
    collectProcessMetrics(registry)
    observe({ event: 'worker.started', destinations: ['default'] })
    observe({ event: 'redis.lost', message: 'gone' })
    const server = await startHealthServer({
      host: '127.0.0.1',
      port: 0,
      clock: systemClock,
      report: () => Promise.resolve({ ready: true, parts: {} }),
      metrics: scrape,
    })
    onTestFinished(() => server.close())
    const ask = await prometheusOf(new URL(server.url).host)
    await expect.poll(() => ask('up'), { timeout: 20_000 }).toEqual(['1'])
    expect(await ask('ringback_failures_total{part="redis"}')).toEqual(['1'])
    expect(await ask('ringback_attempts_total{outcome="booked"}')).toEqual(['0'])
    expect(await ask('count(ringback_attempt_lateness_seconds_bucket)')).toEqual(['14'])
    const metadata = await ask('count({__name__=~"ringback_.+_total_total"})')
    expect(metadata).toEqual([])
  }, 40_000)
})
