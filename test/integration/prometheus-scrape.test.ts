import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, it, onTestFinished } from 'vitest'

import { freePort } from '../../src/local-redis/free-port.ts'
import { startHealthServer } from '../../src/ops/http/health-server.ts'
import { createMetrics } from '../../src/shared/telemetry/metrics.ts'
import { collectProcessMetrics } from '../../src/shared/telemetry/metrics-of-process.ts'
import { systemClock } from '../../src/shared/time/clock.ts'
import { isThere } from '../support/debian-program.ts'
import { bookedAttempt } from '../support/settled-attempt.ts'

const program = 'prometheus'

interface Prometheus {
  /** The values that a query has now. */
  ask: (query: string) => Promise<string[]>
  /** The traces that samples of a series name. */
  tracesOf: (series: string) => Promise<string[]>
}

/** A Prometheus that scrapes this address each second, and how to ask it. */
async function prometheusOf(target: string): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-prometheus-'))
  const config = join(folder, 'prometheus.yml')
  writeFileSync(
    config,
    `global: {scrape_interval: 1s}\nscrape_configs: [{job_name: ringback, static_configs: [{targets: ['${target}']}]}]\n`,
  )
  const address = `127.0.0.1:${await freePort()}`
  const flags = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${folder}/data`,
    '--enable-feature=exemplar-storage',
  ]
  const child = spawn(program, [...flags, `--web.listen-address=${address}`], {
    stdio: 'ignore',
  })
  const hasEnded = new Promise((resolve) => child.once('exit', resolve))
  onTestFinished(async () => {
    child.kill()
    await hasEnded
    rmSync(folder, { recursive: true, force: true })
  })
  const find = async (path: string, sought: RegExp) => {
    const response = await fetch(`http://${address}/api/v1/${path}`).catch(() => undefined)
    const answer: unknown = await response?.json().catch(() => undefined)
    return [...JSON.stringify(answer ?? {}).matchAll(sought)].map(([, value = '']) => value)
  }
  return {
    ask: (query) =>
      find(`query?query=${encodeURIComponent(query)}`, /"value":\[[^,]+,"([^"]+)"\]/g),
    tracesOf: (series) => {
      const nowSeconds = Date.now() / 1000
      const times = `start=${nowSeconds - 3600}&end=${nowSeconds + 60}`
      const query = encodeURIComponent(series)
      return find(`query_exemplars?query=${query}&${times}`, /"trace_id":"([^"]+)"/g)
    },
  }
}

/** A worker's page of metrics, without the worker. */
async function serveMetrics() {
  const { registry, observe, scrape } = createMetrics(() => Promise.resolve([]))
  collectProcessMetrics(registry)
  observe({ event: 'worker.started', destinations: ['default'] })
  const server = await startHealthServer({
    host: '127.0.0.1',
    port: 0,
    clock: systemClock,
    report: () => Promise.resolve({ ready: true, parts: {} }),
    metrics: scrape,
  })
  onTestFinished(() => server.close())
  return { observe, host: new URL(server.url).host }
}

describe.skipIf(!isThere(program))('Prometheus', () => {
  it('reads what it asks a worker for, which is OpenMetrics, and knows each counter by its name', async () => {
    const { observe, host } = await serveMetrics()
    observe({ event: 'redis.lost', message: 'gone', connections: 1 })
    const { ask } = await prometheusOf(host)
    await expect.poll(() => ask('up'), { timeout: 20_000 }).toEqual(['1'])
    expect(await ask('ringback_failures_total{part="redis"}')).toEqual(['1'])
    expect(await ask('ringback_attempts_total{outcome="booked"}')).toEqual(['0'])
    expect(await ask('count(ringback_attempt_lateness_seconds_bucket)')).toEqual(['14'])
    const metadata = await ask('count({__name__=~"ringback_.+_total_total"})')
    expect(metadata).toEqual([])
  }, 40_000)

  it('keeps by which trace an attempt took so long, where traces are collected', async () => {
    const { observe, host } = await serveMetrics()
    const { tracesOf } = await prometheusOf(host)
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
    observe({ ...bookedAttempt, durationMs: 120, trace_id: traceId })
    for (const metric of ['attempt_duration', 'attempt_lateness', 'callback_delay']) {
      const series = `ringback_${metric}_seconds_bucket`
      await expect.poll(() => tracesOf(series), { timeout: 20_000 }).toContain(traceId)
    }
  }, 60_000)
})
