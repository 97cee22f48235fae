import { isDeepStrictEqual } from 'node:util'

import type { Logger } from 'pino'

import type { WorkerConfig } from '../shared/config/config.ts'
import { loadWorkerConfig } from '../shared/config/load.ts'
import type { ConfigurationWatch } from '../shared/config/watch-configuration.ts'
import { messageOf } from '../shared/errors/errors.ts'
import { createPeriodic } from '../shared/lifecycle/periodic.ts'
import type { Service } from '../shared/lifecycle/service.ts'
import type { CliContext } from '../ops/cli/terminal/cli-context.ts'
import type { RunningWorker } from '../worker/worker.ts'

export interface FollowContext extends Pick<CliContext, 'env' | 'clock'> {
  watch: ConfigurationWatch
  worker: RunningWorker
  logger: Logger
}

const lookEveryMs = 1_000

/**
 * The worker serves what the configuration says from now on: read anew when one of its files has changed, and on SIGHUP. What cannot
 * be read, or has a problem anywhere, changes nothing.
 */
export function followConfiguration(initial: WorkerConfig, context: FollowContext): Service {
  const { env, clock, watch, worker, logger } = context
  const look = async () => {
    if (!watch.hasChanged()) return
    const config = loadWorkerConfig(env, clock)
    const settings = changedForAll(initial, config)
    if (settings.length > 0) logger.warn({ settings }, 'configuration.needs-restart')
    await worker.serve(config.destinations)
    const destinations = config.destinations.map(({ name }) => name)
    logger.info({ destinations }, 'configuration.read')
  }
  return createPeriodic('configuration', look, {
    everyMs: lookEveryMs,
    clock,
    onError: (error) => logger.error({ message: messageOf(error) }, 'configuration.refused'),
  })
}

/** What is about all destinations is read once: a connection to another Redis would leave everything behind. */
function changedForAll(before: WorkerConfig, after: WorkerConfig): string[] {
  const now = new Map<string, unknown>(Object.entries(after))
  return Object.entries(before).flatMap(([name, value]) =>
    name === 'destinations' || isDeepStrictEqual(value, now.get(name)) ? [] : [name],
  )
}
