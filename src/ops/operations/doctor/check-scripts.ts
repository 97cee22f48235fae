import { messageOf } from '../../../shared/errors/errors.ts'
import type { Redis } from '../../../shared/redis/connection.ts'
import { probeScripts } from '../../../shared/redis/probe.ts'
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
      await probeScripts(redis, { namespace, destination })
    } catch (error) {
      const words = messageOf(error)
      findings.push(refused(destination, words))
      // The others would meet the same.
      if (!ofOneDestination.test(words)) break
    }
  }
  if (findings.length > 0) return findings
  return [
    { check, verdict: 'ok', message: 'one that writes runs on the keys of every destination' },
  ]
}

const ofOneDestination = /NOPERM|can't run this command|No permissions|WRONGTYPE|MOVED/i

function refused(destination: string, words: string): Finding {
  const fix = fixes.find(([pattern]) => pattern.test(words))?.[1] ?? otherFix
  return { check, verdict: 'fail', message: `${destination}: refused: ${words}`, fix }
}

const otherFix = 'look at the server; docs/runbook.md says more of what Redis answers'

const fixes: readonly (readonly [RegExp, string])[] = [
  [/READONLY|MASTERDOWN/, 'let RINGBACK_REDIS_URL name the primary: a replica takes no writes'],
  [
    /MOVED|CLUSTERDOWN|CROSSSLOT|ASK/,
    'use a Redis that is no cluster: Ringback speaks to one node, which must hold everything',
  ],
  [
    /NOPERM|can't run this command|No permissions/i,
    'give the user of RINGBACK_REDIS_URL the commands and keys of a worker: +@all -@admin on all keys of the namespace',
  ],
  [/WRONGTYPE/, 'another program writes to these keys: give it, or Ringback, another namespace'],
  [/NOREPLICAS/, 'min-replicas-to-write is not met: look at the replicas'],
  [/MISCONF|OOM/, 'make room on its disk, or raise its maxmemory'],
]
