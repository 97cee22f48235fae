import { disagreementsOf } from '../shared/config/disagreements.ts'
import { messageOf } from '../shared/errors/errors.ts'
import { rest } from '../shared/lifecycle/rest.ts'
import { createService, type Service } from '../shared/lifecycle/service.ts'
import { settlesWithin } from '../shared/lifecycle/settles-within.ts'
import type { Redis } from '../shared/redis/connection.ts'
import type { DestinationStore } from '../shared/redis/destination-store.ts'
import { endHeartbeat } from '../shared/store/workers/end-heartbeat.ts'
import { beatOf, heartbeats, type Beat } from '../shared/store/workers/heartbeat.ts'
import type { WorkerRecord } from '../shared/store/workers/worker-record.ts'
import type { Observer } from '../shared/telemetry/events.ts'
import type { Clock } from '../shared/time/clock.ts'
import { together } from './together.ts'

export interface HeartbeatContext {
  store: DestinationStore
  /** What this worker says of itself. */
  worker: WorkerRecord
  beat: SayAlive
  everyMs: number
  clock: Clock
  observe: Observer
}

/** Gives those that serve the destination otherwise. */
export type SayAlive = (redis: Redis, beat: Beat) => Promise<readonly WorkerRecord[]>

/** Of all destinations on one server in one go, once a turn of the event loop: their heartbeats began together. */
export function sayAliveTogether(): SayAlive {
  const asking = new WeakMap<Redis, (beat: Beat) => Promise<readonly WorkerRecord[]>>()
  return (redis, beat) => {
    const ask = asking.get(redis) ?? together((beats) => heartbeats(redis, beats))
    asking.set(redis, ask)
    return ask(beat)
  }
}

/** A Redis that is away must not hold up a stop: whoever says no more is forgotten soon. */
const lastWordMs = 1_000

/** Says in Redis that this worker serves a destination, and in the log once when the workers of it do not agree. */
export function createHeartbeat(context: HeartbeatContext): Service {
  const { store, worker, beat, everyMs, clock, observe } = context
  const own = beatOf(store.ref, worker)
  const tell = tellOnce(context)
  const onError = (error: unknown) => {
    const message = messageOf(error)
    const { destination } = store.ref
    observe({ event: 'maintenance.failed', part: 'heartbeat', destination, message })
  }
  return createService('heartbeat', async (stopping) => {
    while (!stopping.aborted) {
      try {
        tell(await beat(store.redis, own))
      } catch (error) {
        onError(error)
      }
      await rest(clock, everyMs, stopping)
    }
    await settlesWithin(endHeartbeat(store, worker), lastWordMs, clock).catch(onError)
  })
}

/** Whoever restarts one worker after the other hears of each change once, not of each heartbeat. */
function tellOnce({ store, worker, observe }: HeartbeatContext) {
  const { destination } = store.ref
  let told = '[]'
  return (others: readonly WorkerRecord[]) => {
    const disagreements = others.length === 0 ? [] : disagreementsOf([worker, ...others])
    const now = JSON.stringify(disagreements)
    if (now === told) return
    told = now
    observe(
      disagreements.length === 0
        ? { event: 'workers.agree', destination }
        : { event: 'workers.disagree', destination, disagreements },
    )
  }
}
