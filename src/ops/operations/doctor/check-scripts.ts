import { messageOf } from '../../../shared/errors/errors.ts'
import type { Redis } from '../../../shared/redis/connection.ts'
import { openStore } from '../../../shared/redis/destination-store.ts'
import { probeScripts } from '../../../shared/store/server/probe-scripts.ts'
import { redisErrorKind, type RedisErrorKind } from '../../../shared/redis/redis-errors.ts'
import type { Finding } from './finding.ts'

const check = 'scripts'

/** Runs a script that changes nothing on the keys of each destination: what it is refused for, every callback would be. */
export async function checkScripts(
  redis: Redis,
  namespace: string,
  destinations: readonly string[],
): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const destination of destinations.length > 0 ? destinations : ['default']) {
    try {
      await probeScripts(openStore(redis, { namespace, destination }))
    } catch (error) {
      findings.push(refused(destination, error))
      // The others would meet the same.
      if (!ofOneDestination.has(redisErrorKind(error))) break
    }
  }
  if (findings.length > 0) return findings
  return [
    {
      check,
      verdict: 'ok',
      message: 'a script that may write runs on the keys of every destination',
    },
  ]
}

const ofOneDestination: ReadonlySet<RedisErrorKind> = new Set([
  'forbidden',
  'other-content',
  'moved',
])

function refused(destination: string, error: unknown): Finding {
  const fix = fixes[redisErrorKind(error)] ?? otherFix
  return { check, verdict: 'fail', message: `${destination}: refused: ${messageOf(error)}`, fix }
}

const otherFix = 'check the server; docs/runbook.md explains what Redis answers'
const ofCluster =
  'a node of a cluster needs redis+cluster:// in RINGBACK_REDIS_URL; where it says so already, check the cluster'

const fixes: Readonly<Partial<Record<RedisErrorKind, string>>> = {
  replica: 'point RINGBACK_REDIS_URL at the primary: a replica accepts no writes',
  moved: ofCluster,
  'cluster-down': ofCluster,
  forbidden:
    'give the user of RINGBACK_REDIS_URL the commands and keys of a worker: +@all -@admin on all keys of the namespace',
  'other-content': 'another program writes to these keys: give it, or Ringback, another namespace',
  'no-replicas': 'min-replicas-to-write is not met: check the replicas',
  full: 'make room on its disk, or raise its maxmemory',
}
