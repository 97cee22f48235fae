import type { CliContext } from '../ops/cli/terminal/cli-context.ts'
import { createConsoleMetrics } from '../ops/console/metrics.ts'
import type { ConsoleObserver } from '../ops/console/observer.ts'
import type { RunningServer } from '../ops/http/guarded-server.ts'
import { startMetricsServer } from '../ops/http/metrics-server.ts'
import { createActionReader } from '../ops/operations/audit/count-actions.ts'
import type { StoreConfig } from '../shared/config/config.ts'
import { readOpsConfig } from '../shared/config/load.ts'
import { collectProcessMetrics } from '../shared/telemetry/metrics-of-process.ts'
import { cannotListen } from './cannot-listen.ts'

export interface MetricsPlace extends Pick<CliContext, 'env' | 'clock'> {
  store: StoreConfig
  port: number
}

export interface ServedMetrics {
  observer: ConsoleObserver
  serve(): Promise<RunningServer>
}

/** The console's metrics, on a port of their own. */
export function consoleMetricsAt({ env, clock, store, port }: MetricsPlace): ServedMetrics {
  const metrics = createConsoleMetrics(createActionReader(store))
  collectProcessMetrics(metrics.registry)
  const { host } = readOpsConfig(env)
  return {
    observer: metrics,
    serve: () =>
      startMetricsServer({ host, port, clock, metrics: metrics.scrape }).catch((error: unknown) => {
        throw cannotListen('RINGBACK_CONSOLE_METRICS_PORT', { host, port }, error)
      }),
  }
}
