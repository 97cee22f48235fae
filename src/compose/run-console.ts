import type { CliContext } from '../ops/cli/terminal/cli-context.ts'
import { exitStatus } from '../ops/cli/terminal/exit-status.ts'
import { readAccess } from '../ops/console/access/read-access.ts'
import { startConsole } from '../ops/console/console-server.ts'
import { createConsoleMetrics, type ConsoleMetrics } from '../ops/console/metrics.ts'
import { startMetricsServer } from '../ops/http/metrics-server.ts'
import { createActionReader } from '../ops/operations/audit/count-actions.ts'
import { localOperator } from '../ops/operations/audit/local-operator.ts'
import { exposedFiles, exposureFix } from '../shared/config/exposed-files.ts'
import { loadStoreConfig, readConsoleConfig, readOpsConfig } from '../shared/config/load.ts'
import { aborted } from '../shared/lifecycle/aborted.ts'
import { createLogger } from '../shared/telemetry/logger.ts'
import { collectProcessMetrics } from '../shared/telemetry/metrics-of-process.ts'
import { cannotListen } from './cannot-listen.ts'

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
  const metrics = createConsoleMetrics(createActionReader(store))
  collectProcessMetrics(metrics.registry)
  const running = await startConsole({ ...settings, access, store, clock, observer: metrics })
  logger.info({ url: running.url }, 'console.listening')
  try {
    const told = await serveMetrics(metrics, { env, clock, port: settings.metricsPort })
    if (told !== undefined) logger.info({ url: told.url }, 'metrics.listening')
    await aborted(stopped)
    await told?.close()
    return exitStatus.done
  } finally {
    await running.close()
  }
}

interface Place extends Pick<CliContext, 'env' | 'clock'> {
  port: number | undefined
}

async function serveMetrics({ scrape: metrics }: ConsoleMetrics, { env, clock, port }: Place) {
  if (port === undefined) return undefined
  const { host } = readOpsConfig(env)
  return await startMetricsServer({ host, port, clock, metrics }).catch((error: unknown) => {
    throw cannotListen('RINGBACK_CONSOLE_METRICS_PORT', { host, port }, error)
  })
}
