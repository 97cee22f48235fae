import { appendFileSync } from 'node:fs'
import { join } from 'node:path'

import { systemClock } from '../../src/shared/time/clock.ts'
import { isoTimestamp } from '../../src/shared/time/timestamp.ts'
import type { FaultKind, PlannedFault, TimedFault } from './fault-plan.ts'
import type { WorkerSlot } from './worker-slot.ts'
import type { World } from './world.ts'

/** How many of each kind have begun. */
export type FaultCounts = Partial<Record<FaultKind, number>>

/**
 * Carries the schedule out, each fault at its time. What befalls one victim comes one after the other, and different
 * victims suffer at once. When the trouble is over, what goes on is cut short and what waits for its turn is left out.
 * Resolves when every fault is over.
 */
export async function inflictAll(
  schedule: readonly TimedFault[],
  world: World,
  counts: FaultCounts,
): Promise<void> {
  const startedMs = systemClock.now()
  const turns = createTurns()
  const inflicting: Promise<void>[] = []
  for (const { atMs, fault } of schedule) {
    await world.pause(startedMs + atMs - systemClock.now())
    const turn = turns(victimOf(fault), async () => {
      if (world.isCalm()) return
      counts[fault.kind] = (counts[fault.kind] ?? 0) + 1
      record(fault, world)
      await inflict(fault, world)
    })
    inflicting.push(turn)
  }
  await Promise.all(inflicting)
  world.sandbox.setFaults([])
}

/** Beside the workers' logs, for whoever looks for a cause. */
function record(fault: PlannedFault, { folder }: World): void {
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
  if (fault.kind === 'weather') return 'sandbox'
  return fault.kind.startsWith('salesforce') ? 'network' : 'redis'
}

async function inflict(fault: PlannedFault, world: World): Promise<void> {
  const { redis, sandbox, salesforceNetwork, pause } = world
  switch (fault.kind) {
    case 'worker-killed':
      return slotOf(world, fault).killFor(fault.restMs)
    case 'worker-stopped':
      return slotOf(world, fault).stopFor(fault.restMs)
    case 'worker-frozen':
      return slotOf(world, fault).freezeFor(fault.forMs)
    case 'worker-blocked':
      return slotOf(world, fault).blockFor(fault.forMs)
    case 'worker-silenced':
      slotOf(world, fault).silence()
      return
    case 'worker-slowed':
      return slotOf(world, fault).slowFor(fault.forMs)
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
    case 'weather':
      sandbox.setFaults(fault.faults)
      return
  }
}

function slotOf({ slots }: World, { slot }: { slot: number }): WorkerSlot {
  const found = slots[slot]
  if (found === undefined) throw new Error(`there is no worker ${slot}`)
  return found
}
