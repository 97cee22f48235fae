import type { CliContext } from '../ops/cli/terminal/cli-context.ts'
import { exitStatus } from '../ops/cli/terminal/exit-status.ts'
import { readAccess } from '../ops/console/access/read-access.ts'
import { startConsole } from '../ops/console/console-server.ts'
import { nobodyObserves } from '../ops/console/observer.ts'
import { localOperator } from '../ops/operations/audit/local-operator.ts'
import { exposedFiles, exposureFix } from '../shared/config/exposed-files.ts'
import { loadStoreConfig, readConsoleConfig } from '../shared/config/load.ts'
import { aborted } from '../shared/lifecycle/aborted.ts'
import { createLogger } from '../shared/telemetry/logger.ts'
import type { MetricsPlace, ServedMetrics } from './console-metrics.ts'

/** `ringback console`: the page, until it is told to stop. It needs no worker, and no Redis to begin with. */
export async function runConsole({ env, clock, stdout, stopped }: CliContext): Promise<number> {
  const settings = readConsoleConfig(env)
  const store = loadStoreConfig(env)
  const logger = await createLogger(store.logLevel, {
    pretty: stdout.isTTY === true,
    columns: stdout.columns,
  })
  const localName = localOperator(env)
  const access = await readAccess({ config: settings, localName, clock })
  for (const exposed of exposedFiles(env)) {
    logger.warn({ ...exposed, fix: exposureFix }, 'secret-file.exposed')
  }
  const { metricsPort: port } = settings
  const metrics = port === undefined ? undefined : await loadMetrics({ env, clock, store, port })
  const observer = metrics?.observer ?? nobodyObserves
  const running = await startConsole({ ...settings, access, store, clock, observer })
  logger.info({ url: running.url }, 'console.listening')
  try {
    const told = await metrics?.serve()
    if (told !== undefined) logger.info({ url: told.url }, 'metrics.listening')
    await aborted(stopped)
    await told?.close()
    return exitStatus.done
  } finally {
    await running.close()
  }
}

/** Only where somebody asks for them: what counts them takes 2 MiB. */
async function loadMetrics(place: MetricsPlace): Promise<ServedMetrics> {
  const { consoleMetricsAt } = await import('./console-metrics.ts')
  return consoleMetricsAt(place)
}
