import { partitionIn } from '../shared/contract/partition.ts'
import { messageOf } from '../shared/errors/errors.ts'
import { aborted } from '../shared/lifecycle/aborted.ts'
import { rest } from '../shared/lifecycle/rest.ts'
import type { Service } from '../shared/lifecycle/service.ts'
import type { Redis } from '../shared/redis/connection.ts'
import { openStore } from '../shared/redis/destination-store.ts'
import type { DestinationRef } from '../shared/redis/keys.ts'
import { bridgeGroup } from '../shared/store/inbox/inbox.ts'
import { fixPartitions } from '../shared/store/partitions/fix-partitions.ts'
import type { Observer } from '../shared/telemetry/events.ts'
import type { Clock } from '../shared/time/clock.ts'
import type { NumberKeyOf } from './number-keys.ts'

export interface AgreementContext {
  redis: Redis
  /** Of a destination, or of one of its partitions. */
  ref: DestinationRef
  partitions: number
  clock: Clock
  observe: Observer
  numberKeyOf: NumberKeyOf
  /** What the service closes when it ends: where it has not begun, this is all that is left to do. */
  close: () => Promise<void>
}

const retryMs = 1_000
/** Nobody changes the number; somebody may have emptied the Redis. */
const refusedMs = 60_000

/**
 * Begins when it is agreed how many partitions the destination has. By another number a worker would look for callbacks where they are
 * not, and book twice what lies elsewhere: so it serves nothing of it, is not ready, and says so once a minute.
 */
export function onceAgreed(service: Service, context: AgreementContext): Service {
  return {
    ...service,
    run: async (stopping, cutShort) => {
      while (!stopping.aborted) {
        // Where Redis is away, it answers when it is back.
        const restMs = await Promise.race([agree(context), aborted(stopping)])
        if (restMs === undefined) break
        await rest(context.clock, restMs, stopping)
      }
      if (stopping.aborted) await context.close()
      else await service.run(stopping, cutShort)
    },
  }
}

/** How long to wait before it is asked again; undefined: they agree. */
async function agree({
  redis,
  ref,
  partitions,
  observe,
  numberKeyOf,
}: AgreementContext): Promise<number | undefined> {
  const { destination } = partitionIn(ref.destination)
  try {
    const whole = openStore(redis, { ...ref, destination })
    const fixed = await fixPartitions(whole, { partitions, group: bridgeGroup })
    if (fixed === partitions) {
      // A number is looked for in all of them, also where nothing has come yet.
      if (partitions > 1) await numberKeyOf(ref)
      return undefined
    }
    observe({
      event: 'destination.refused',
      destination: ref.destination,
      message: refusal(fixed, partitions),
    })
    return refusedMs
  } catch (error) {
    const message = messageOf(error)
    observe({
      event: 'maintenance.failed',
      part: 'partitions',
      destination: ref.destination,
      message,
    })
    return retryMs
  }
}

function refusal(fixed: number, partitions: number): string {
  return (
    `partitions: it has ${fixed}, as the first worker that served it has fixed, and this worker was told ${partitions}. ` +
    `It serves nothing of it. Set it to ${fixed}; for another number take a new destination (docs/nodes.md, "Partitions").`
  )
}
