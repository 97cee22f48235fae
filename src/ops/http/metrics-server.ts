import { Hono } from 'hono'

import { answerMetrics, type Scrape } from './answer-metrics.ts'
import { startGuardedServer, type ListenOptions, type RunningServer } from './guarded-server.ts'

export interface MetricsServerOptions extends ListenOptions {
  metrics: Scrape
}

/** `/metrics` alone, for whoever can reach it. */
export function startMetricsServer(options: MetricsServerOptions): Promise<RunningServer> {
  const app = new Hono()
  app.get('/metrics', answerMetrics(options.metrics, options.clock))
  app.notFound((context) => context.json({ paths: ['/metrics'] }, 404))
  app.onError((_, context) => context.json({ error: 'see the log' }, 500))
  return startGuardedServer(app.fetch, options)
}
