import type { DestinationConfig } from '../shared/config/config.ts'
import type { Redis } from '../shared/redis/connection.ts'
import type { Clock } from '../shared/time/clock.ts'
import type { Depths } from './depths.ts'
import { dispatchStateOf } from './dispatch-state.ts'
import type { Fleet } from './fleet.ts'
import { answerInTime, respondsToPing, type WorkerHealth } from './health.ts'

export async function readHealth(
  fleet: Fleet,
  { redis, clock }: { redis: Redis; clock: Clock },
): Promise<WorkerHealth> {
  const isUp = await respondsToPing(redis, clock)
  const each = fleet.members().map(async (member) => {
    const { name, status, control } = member.destination
    const held = isUp ? await answerInTime(control(), clock) : undefined
    const dispatch = held && dispatchStateOf(held)
    return [name, { ...status(), dispatch, isDraining: member.isDraining() }] as const
  })
  return { redis: isUp, destinations: new Map(await Promise.all(each)) }
}

/** What waits where, and how it is served. */
export type DepthsOfServed = Depths & { config: DestinationConfig }

export async function readAllDepths(fleet: Fleet): Promise<Map<string, DepthsOfServed>> {
  const depths = fleet.members().map(async ({ config, destination }) => {
    return [config.name, { ...(await destination.depths()), config }] as const
  })
  return new Map(await Promise.all(depths))
}
