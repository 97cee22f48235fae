import { disagreementsOf } from '../../../shared/config/disagreements.ts'
import type { Redis } from '../../../shared/redis/connection.ts'
import { openStore } from '../../../shared/redis/destination-store.ts'
import { inboxDepth } from '../../../shared/store/inbox/inbox.ts'
import { readQueueDepth } from '../../../shared/store/stats/queue-depth.ts'
import {
  readLivingWorkers,
  type LivingWorker,
} from '../../../shared/store/workers/living-workers.ts'
import { describeDisagreement } from '../../text/disagreement.ts'
import type { Finding } from './finding.ts'

const check = 'workers'

/** Whether somebody serves each destination, and whether all who do go by the same settings. */
export async function checkWorkers(
  redis: Redis,
  { namespace, destinations }: { namespace: string; destinations: readonly string[] },
): Promise<Finding[]> {
  const findings = destinations.map(async (destination) => {
    const store = openStore(redis, { namespace, destination })
    const [workers, inbox, { due, waiting, underWay }] = await Promise.all([
      readLivingWorkers(store),
      inboxDepth(store),
      readQueueDepth(store),
    ])
    return judgeWorkers(destination, { workers, waiting: inbox + due + waiting + underWay })
  })
  return (await Promise.all(findings)).flat()
}

interface Service {
  workers: readonly LivingWorker[]
  /** Callbacks that need one. */
  waiting: number
}

function judgeWorkers(destination: string, { workers, waiting }: Service): Finding[] {
  if (workers.length === 0) return [nobodyLives(destination, waiting)]
  const disagreements = disagreementsOf(workers)
  const alive = workers.length === 1 ? '1 worker is alive' : `${workers.length} workers are alive`
  if (disagreements.length === 0) {
    const agree = workers.length === 1 ? '' : ', all of one version and with the same settings'
    return [{ check, verdict: 'ok', message: `${destination}: ${alive}${agree}` }]
  }
  return disagreements.map((each) => ({
    check,
    verdict: 'warn',
    message: `${destination}: ${alive}, and they differ: ${describeDisagreement(each)}`,
    fix: 'give all of them the same; see "Workers differ" in docs/runbook.md',
  }))
}

function nobodyLives(destination: string, waiting: number): Finding {
  const callbacks = waiting === 1 ? '1 callback waits' : `${waiting} callbacks wait`
  const message = `${destination}: no worker is alive`
  const fix = 'start one: ringback worker'
  return waiting === 0
    ? { check, verdict: 'warn', message: `${message}, and nothing waits for one`, fix }
    : { check, verdict: 'fail', message: `${message}, and ${callbacks} for one`, fix }
}
