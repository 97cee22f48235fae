import { isDeepStrictEqual } from 'node:util'

import type { DestinationConfig } from '../shared/config/config.ts'
import { aborted } from '../shared/lifecycle/aborted.ts'
import { inTurn } from '../shared/lifecycle/in-turn.ts'
import { createPeriodic } from '../shared/lifecycle/periodic.ts'
import { createService, type Service } from '../shared/lifecycle/service.ts'
import type { Observer } from '../shared/telemetry/events.ts'
import { reportFailureOf } from './maintenance/report-failure.ts'
import { startMember, type Member, type MemberContext } from './member.ts'

export interface FleetContext extends MemberContext {
  observe: Observer
  /** How often it is looked whether anything is left of a destination that is to be served no more. */
  drainMs: number
}

/** The destinations that a worker serves, which may be others from one moment to the next. */
export interface Fleet {
  service: Service
  /** Those that are being drained too. */
  members(): readonly Member[]
  /**
   * From now on these. What is new is begun; what is to be served otherwise ends as a worker does, and is begun anew; what is
   * named no more is drained: served as before until nothing of it waits. Resolves when all that is done but the draining.
   */
  change(configs: readonly DestinationConfig[]): Promise<void>
}

export function createFleet(initial: readonly DestinationConfig[], context: FleetContext): Fleet {
  const members = new Map<string, Member>()
  const turns = inTurn()
  let changing: Changing | undefined
  return {
    members: () => [...members.values()],
    change: (configs) =>
      turns(async () => {
        if (changing !== undefined) await changeTo(configs, changing)
      }),
    service: createService('destinations', async (stopping, cutShort) => {
      const start = (config: DestinationConfig) =>
        void members.set(config.name, startMember(config, context, { stopping, cutShort }))
      changing = { members, start, stopping, observe: context.observe }
      initial.forEach(start)
      const draining = drainPeriodically(changing, context, turns)
      await Promise.all([draining.run(stopping, cutShort), aborted(stopping)])
      await turns(() => Promise.all([...members.values()].map(({ ended }) => ended)))
    }),
  }
}

interface Changing {
  members: Map<string, Member>
  start: (config: DestinationConfig) => void
  /** Then nothing is begun any more. */
  stopping: AbortSignal
  observe: Observer
}

async function changeTo(configs: readonly DestinationConfig[], changing: Changing): Promise<void> {
  const { members, stopping, observe } = changing
  const named = new Set(configs.map(({ name }) => name))
  for (const [destination, member] of members) {
    if (named.has(destination) || member.isDraining()) continue
    member.drain()
    observe({ event: 'destination.draining', destination })
  }
  for (const config of configs) {
    if (!stopping.aborted) await serve(config, changing)
  }
}

async function serve(
  config: DestinationConfig,
  { members, start, observe }: Changing,
): Promise<void> {
  const destination = config.name
  const member = members.get(destination)
  if (member === undefined) {
    start(config)
    observe({ event: 'destination.added', destination })
    return
  }
  if (isDeepStrictEqual(member.config, config)) {
    if (member.isDraining()) observe({ event: 'destination.added', destination })
    member.keep()
    return
  }
  await member.stop()
  start(config)
  observe({ event: 'destination.changed', destination })
}

function drainPeriodically(
  { members, observe }: Changing,
  { drainMs, clock }: FleetContext,
  turns: ReturnType<typeof inTurn>,
): Service {
  const drain = async () => {
    for (const [destination, member] of members) {
      if (!member.isDraining() || !(await member.destination.isDrained())) continue
      await member.stop()
      members.delete(destination)
      observe({ event: 'destination.drained', destination })
    }
  }
  const onError = reportFailureOf('drain', observe)
  return createPeriodic('drain', () => turns(drain), { everyMs: drainMs, clock, onError })
}
