import { loadWorkerConfig } from '../shared/config/load.ts'
import { describeConfig } from '../shared/config/describe.ts'
import { watchConfiguration } from '../shared/config/watch-configuration.ts'
import { exposedFiles, exposureFix } from '../shared/config/exposed-files.ts'
import type { WorkerConfig } from '../shared/config/config.ts'
import type { CliContext } from '../ops/cli/terminal/cli-context.ts'
import { exitStatus } from '../ops/cli/terminal/exit-status.ts'
import { startHealthServer } from '../ops/http/health-server.ts'
import { aborted } from '../shared/lifecycle/aborted.ts'
import { createLogger, logTo } from '../shared/telemetry/logger.ts'
import { collectProcessMetrics } from '../shared/telemetry/metrics-of-process.ts'
import { watchScripts } from '../shared/telemetry/script-timings.ts'
import { createMetrics, type DepthReading, type Metrics } from '../shared/telemetry/metrics.ts'
import { systemClock, systemRandom, type Clock } from '../shared/time/clock.ts'
import { cannotListen } from './cannot-listen.ts'
import { followConfiguration } from './follow-configuration.ts'
import { isOpen } from '../worker/dispatch-state.ts'
import { workerTimes } from '../worker/times.ts'
import { startWorker, type RunningWorker } from '../worker/worker.ts'

/** `ringback worker`: bridge, processor and health endpoint of every configured destination, until it is told to stop. */
export async function runWorker({ env, clock, stdout, stopped }: CliContext): Promise<number> {
  const watch = watchConfiguration(env)
  const config = loadWorkerConfig(env, clock)
  const logger = await createLogger(config.logLevel, {
    pretty: stdout.isTTY === true,
    columns: stdout.columns,
  })
  logger.info(describeConfig(config), 'configuration')
  for (const exposed of exposedFiles(env)) {
    logger.warn({ ...exposed, fix: exposureFix }, 'secret-file.exposed')
  }
  const log = logTo(logger)
  const metrics = createMetrics(
    () => readDepths(worker),
    async () => ({ ...(await worker.redisSafety()), clockAheadMs: worker.clockAheadMs() }),
  )
  collectProcessMetrics(metrics.registry)
  watchScripts(metrics.scriptTimed)
  const worker = startWorker({
    config,
    times: workerTimes(config.lockDurationMs),
    clock,
    queueClock: systemClock,
    random: systemRandom,
    observe: (event) => {
      log(event)
      metrics.observe(event)
    },
  })
  const following = followConfiguration(config, { env, clock, watch, worker, logger })
  void following.run(stopped, stopped).finally(() => watch.close())
  try {
    const health = await serveHealth(config, { worker, metrics, clock })
    if (health !== undefined) logger.info({ url: health.url }, 'health.listening')
    await aborted(stopped)
    const inTime = await worker.stop()
    await health?.close()
    return inTime ? exitStatus.done : exitStatus.problem
  } catch (error) {
    await worker.stop()
    throw error
  }
}

interface Watched {
  clock: Clock
  worker: RunningWorker
  metrics: Metrics
}

async function serveHealth(
  { opsHost, opsPort }: WorkerConfig,
  { clock, worker, metrics }: Watched,
) {
  if (opsPort === undefined) return undefined
  try {
    return await startHealthServer({
      host: opsHost,
      port: opsPort,
      clock,
      report: () => reportHealth(worker),
      metrics: () => metrics.scrape(),
    })
  } catch (error) {
    throw cannotListen('RINGBACK_OPS_PORT', { host: opsHost, port: opsPort }, error)
  }
}

async function reportHealth(worker: RunningWorker) {
  const { redis, destinations } = await worker.health()
  const parts: Record<string, boolean | string> = { redis }
  let ready = redis
  for (const [name, { bridge, processor, authorized, dispatch, isDraining }] of destinations) {
    parts[`${name}.bridge`] = bridge === 'working'
    parts[`${name}.processor`] = processor === 'working'
    // Shown, but no reason to take the worker out of service: no other worker would fare better with the same key.
    parts[`${name}.authorized`] = authorized
    // Likewise: a pause is somebody's will, and a failing Salesforce fails for all.
    if (dispatch !== undefined) parts[`${name}.dispatch`] = dispatch
    if (isDraining) parts[`${name}.draining`] = true
    ready &&= bridge === 'working' && processor === 'working'
  }
  return { ready, parts }
}

async function readDepths(worker: RunningWorker): Promise<DepthReading[]> {
  const { redis, destinations } = await worker.health()
  if (!redis) throw new Error('Redis does not answer')
  const depths = await worker.depths()
  return [...depths].map(([destination, { control, config, ...reading }]) => {
    const { concurrency, salesforce } = config
    return {
      destination,
      ...reading,
      concurrency,
      certificateEndsMs: salesforce.certificateEndsMs,
      isPaused: control.dispatch !== undefined,
      isBreakerOpen: isOpen(control.breaker),
      rate: control.rate.current,
      authorized: destinations.get(destination)?.authorized ?? true,
    }
  })
}
