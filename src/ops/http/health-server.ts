import { Hono } from 'hono'

import { answerMetrics, type Scrape } from './answer-metrics.ts'
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
  metrics: Scrape
}

/**
 * `/livez`: the process answers. `/readyz`: it can do its work (200) or not (503), part by part. `/metrics`: Prometheus, or
 * OpenMetrics for whoever would rather have that. A worker that waits for Redis is alive and not ready: restarting it would
 * help nobody.
 */
export function startHealthServer(options: HealthServerOptions): Promise<RunningServer> {
  return startGuardedServer(createHealthApp(options).fetch, options)
}

/** Answers are shared as they are, so that a flood does not have each made anew. */
function createHealthApp({ report, metrics, clock }: HealthServerOptions): Hono {
  const latestReport = shareAnswer(async () => {
    const health = await report()
    return Response.json(health, { status: health.ready ? 200 : 503 })
  }, clock)
  const app = new Hono()
  app.get('/livez', (context) => context.json({ alive: true }))
  app.get('/readyz', () => latestReport())
  app.get('/metrics', answerMetrics(metrics, clock))
  app.notFound((context) => context.json({ paths: ['/livez', '/readyz', '/metrics'] }, 404))
  // No error text: it could tell a stranger where Redis is.
  app.onError((_, context) => context.json({ error: 'see the log' }, 500))
  return app
}
