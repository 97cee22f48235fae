import { startGuardedServer, type ListenOptions, type RunningServer } from './guarded-server.ts'
import { json } from './reply.ts'
import { createRouter, type Route } from './router.ts'
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
  /** Prometheus text, and its content type. */
  metrics: () => Promise<{ contentType: string; text: string }>
}

/**
 * `/livez`: the process answers. `/readyz`: it can do its work (200) or not (503), part by part. `/metrics`: Prometheus.
 * A worker that waits for Redis is alive and not ready: restarting it would help nobody.
 */
export function startHealthServer(options: HealthServerOptions): Promise<RunningServer> {
  return startGuardedServer(createRouter(routesOf(options)), options)
}

function routesOf({ report, metrics, clock }: HealthServerOptions): Route[] {
  const latestReport = shareAnswer(report, clock)
  const latestMetrics = shareAnswer(metrics, clock)
  return [
    { method: 'GET', path: '/livez', answer: () => json(200, { alive: true }) },
    {
      method: 'GET',
      path: '/readyz',
      answer: async () => {
        const health = await latestReport()
        return json(health.ready ? 200 : 503, health)
      },
    },
    {
      method: 'GET',
      path: '/metrics',
      answer: async () => {
        const { contentType, text } = await latestMetrics()
        return { status: 200, contentType, body: text }
      },
    },
  ]
}
