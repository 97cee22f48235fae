import { Hono } from 'hono'
import { accepts } from 'hono/accepts'

import type { Exemplars } from '../../shared/telemetry/exemplars.ts'
import { openMetrics, openMetricsType } from '../../shared/telemetry/open-metrics.ts'
import { startGuardedServer, type ListenOptions, type RunningServer } from './guarded-server.ts'
import { shareAnswer } from './share-answer.ts'

/**
 * One part of the worker and whether it does its work, or in a word what it does. Names and such words only: this page is for
 * anybody who can reach it.
 */
export interface HealthReport {
  ready: boolean
  parts: Readonly<Record<string, boolean | string>>
}

export interface HealthServerOptions extends ListenOptions {
  report: () => Promise<HealthReport>
  /** Prometheus text, its content type, and what OpenMetrics has besides. */
  metrics: () => Promise<{ contentType: string; text: string; exemplars: Exemplars }>
}

/**
 * `/livez`: the process answers. `/readyz`: it can do its work (200) or not (503), part by part. `/metrics`: Prometheus, or
 * OpenMetrics for whoever would rather have that. A worker that waits for Redis is alive and not ready: restarting it would
 * help nobody.
 */
export function startHealthServer(options: HealthServerOptions): Promise<RunningServer> {
  return startGuardedServer(createHealthApp(options).fetch, options)
}

const openType = 'application/openmetrics-text'
const plainType = 'text/plain'

/** Answers are shared as they are, so that a flood does not have each made anew. */
function createHealthApp({ report, metrics, clock }: HealthServerOptions): Hono {
  const latestReport = shareAnswer(async () => {
    const health = await report()
    return Response.json(health, { status: health.ready ? 200 : 503 })
  }, clock)
  const latestMetrics = shareAnswer(metrics, clock)
  const plainMetrics = shareAnswer(async () => {
    const { contentType, text } = await latestMetrics()
    return new Response(text, { headers: { 'content-type': contentType } })
  }, clock)
  const openAnswer = shareAnswer(async () => {
    const { text, exemplars } = await latestMetrics()
    const headers = { 'content-type': openMetricsType }
    return new Response(openMetrics(text, exemplars), { headers })
  }, clock)
  const app = new Hono()
  app.get('/livez', (context) => context.json({ alive: true }))
  app.get('/readyz', () => latestReport())
  app.get('/metrics', (context) => {
    const supports = [openType, plainType]
    const type = accepts(context, { header: 'Accept', supports, default: plainType })
    return type === openType ? openAnswer() : plainMetrics()
  })
  app.notFound((context) => context.json({ paths: ['/livez', '/readyz', '/metrics'] }, 404))
  // No error text: it could tell a stranger where Redis is.
  app.onError((_, context) => context.json({ error: 'see the log' }, 500))
  return app
}
