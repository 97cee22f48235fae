import { appendFileSync } from 'node:fs'
import { join } from 'node:path'

import { systemClock } from '../../src/shared/time/clock.ts'
import { isoTimestamp } from '../../src/shared/time/timestamp.ts'
import type { FaultKind, PlannedFault, TimedFault } from './fault-plan.ts'
import type { WorkerSlot } from './worker-slot.ts'
import type { SoakEnvironment } from './environment.ts'

/** How many of each kind have begun. */
export type FaultCounts = Partial<Record<FaultKind, number>>

/**
 * Carries the schedule out, each fault at its time. The faults of one target come one after the other, those of
 * different targets at the same time. When the fault phase ends, running faults are cut short and waiting ones are skipped.
 * Resolves when every fault is over.
 */
export async function injectAll(
  schedule: readonly TimedFault[],
  environment: SoakEnvironment,
  counts: FaultCounts,
): Promise<void> {
  const startedMs = systemClock.now()
  const turns = createTurns()
  const injecting: Promise<void>[] = []
  for (const { atMs, fault } of schedule) {
    await environment.pause(startedMs + atMs - systemClock.now())
    const turn = turns(victimOf(fault), async () => {
      if (environment.isOver()) return
      counts[fault.kind] = (counts[fault.kind] ?? 0) + 1
      record(fault, environment)
      await inject(fault, environment)
    })
    injecting.push(turn)
  }
  await Promise.all(injecting)
  environment.sandbox.setFaults([])
}

/** Beside the workers' logs, for whoever looks for a cause. */
function record(fault: PlannedFault, { folder }: SoakEnvironment): void {
  const line = JSON.stringify({ time: isoTimestamp(systemClock.now()), ...fault })
  appendFileSync(join(folder, 'faults.jsonl'), `${line}\n`)
}

function createTurns() {
  const last = new Map<string, Promise<void>>()
  return (victim: string, act: () => Promise<void>): Promise<void> => {
    const turn = (last.get(victim) ?? Promise.resolve()).then(act)
    last.set(victim, turn)
    return turn
  }
}

function victimOf(fault: PlannedFault): string {
  if ('slot' in fault) return `worker ${fault.slot}`
  if (fault.kind === 'salesforce-faults') return 'sandbox'
  return fault.kind.startsWith('salesforce') ? 'network' : 'redis'
}

async function inject(fault: PlannedFault, environment: SoakEnvironment): Promise<void> {
  const { redis, sandbox, salesforceNetwork, pause } = environment
  switch (fault.kind) {
    case 'worker-killed':
      return slotOf(environment, fault).killFor(fault.restMs)
    case 'worker-stopped':
      return slotOf(environment, fault).stopFor(fault.restMs)
    case 'worker-frozen':
      return slotOf(environment, fault).freezeFor(fault.forMs)
    case 'worker-blocked':
      return slotOf(environment, fault).blockFor(fault.forMs)
    case 'worker-silenced':
      slotOf(environment, fault).silence()
      return
    case 'worker-slowed':
      return slotOf(environment, fault).slowFor(fault.forMs)
    case 'redis-killed':
      return redis.killFor(fault.restMs)
    case 'redis-stopped':
      return redis.stopFor(fault.restMs)
    case 'redis-frozen':
      return redis.freezeFor(fault.forMs)
    case 'redis-full':
      return redis.fillFor(fault.forMs)
    case 'scripts-flushed':
      return redis.flushScripts()
    case 'salesforce-silenced':
      salesforceNetwork.blackOut(true)
      await pause(fault.forMs)
      salesforceNetwork.blackOut(false)
      return
    case 'salesforce-cut':
      salesforceNetwork.cut()
      return
    case 'salesforce-faults':
      sandbox.setFaults(fault.faults)
      return
  }
}

function slotOf({ slots }: SoakEnvironment, { slot }: { slot: number }): WorkerSlot {
  const found = slots[slot]
  if (found === undefined) throw new Error(`there is no worker ${slot}`)
  return found
}
