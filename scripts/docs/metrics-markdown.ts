import type { Registry } from 'prom-client'

import { createConsoleMetrics } from '../../src/ops/console/metrics.ts'
import { createMetrics } from '../../src/shared/telemetry/metrics.ts'
import { markdownTable } from './markdown-table.ts'

/** `docs/metrics.md`. */
export function metricsMarkdown(): string {
  const { registry } = createMetrics(() => Promise.resolve([]))
  const ofConsole = createConsoleMetrics(() => Promise.resolve([])).registry
  return `<!-- Generated from src/shared/telemetry/metrics.ts by \`npm run docs:generate\`. -->

# Metrics

A worker serves these at \`/metrics\` on \`RINGBACK_OPS_PORT\`, in Prometheus' text format, or in that of OpenMetrics for whoever
asks for it by \`Accept\`, as Prometheus does: there, where traces are collected, the histograms of attempts name in each bucket the
trace of the last attempt that fell into it (exemplars, \`trace_id\`). Counters and histograms tell of
this one worker since its start: add them up over all workers. The depths of inbox, queue and dead letters, and what
holds a destination back, are read from Redis at each scrape: every worker gives the same, so never add those up.
What Node tells of its process comes beside these, as prom-client names it (\`process_…\`, \`nodejs_…\`).
[deploy/grafana/ringback.json](../deploy/grafana/ringback.json) shows all of them.

${tableOf(registry)}

## Of the console

\`ringback console\` tells of itself at \`/metrics\` on \`RINGBACK_CONSOLE_METRICS_PORT\`, where that is set: a port of its own, beside the
pages, at \`RINGBACK_OPS_HOST\`. Whoever can reach it can ask, without a login: it names no one, no callback and no number. What Node tells
of its process comes with it.

${tableOf(ofConsole)}
`
}

function tableOf(registry: Registry): string {
  const rows = registry.getMetricsAsArray().map((metric) => [
    `\`${metric.name}\``,
    String(metric.type),
    labelNamesOf(metric)
      .map((label) => `\`${label}\``)
      .join(', '),
    metric.help,
  ])
  return markdownTable(['Metric', 'Type', 'Labels', 'What it tells'], rows)
}

/** Every metric of prom-client 15 has them, and its types do not say so. */
function labelNamesOf(metric: object): readonly string[] {
  if (!('labelNames' in metric) || !Array.isArray(metric.labelNames)) {
    throw new TypeError('prom-client no longer tells the labels of its metrics')
  }
  return metric.labelNames.map(String)
}
