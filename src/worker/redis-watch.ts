import { messageOf } from '../shared/errors/errors.ts'
import { rest } from '../shared/lifecycle/rest.ts'
import type { Redis } from '../shared/redis/connection.ts'
import { errorOrigin } from '../shared/redis/error-origin.ts'
import type { Observer } from '../shared/telemetry/events.ts'
import type { Clock } from '../shared/time/clock.ts'

interface Outage {
  sinceMs: number
  /** Connections that were gone at some time of it. */
  gone: Set<Redis>
  /** What has been told, or is about to be. */
  told: Set<string>
}

/** Connections of one process notice one after the other. */
const gatherMs = 200

/** Says once that Redis is lost, however many connections of this process notice, and once that it is back. */
export function createRedisWatch(observe: Observer, clock: Clock): (connection: Redis) => void {
  const connections = new Set<Redis>()
  let outage: Outage | undefined

  function hear(connection: Redis, error: Error): void {
    if (!isOfRedis(error)) return
    const isFirst = outage === undefined
    const { gone, told } = (outage ??= begun())
    gone.add(connection)
    const message = messageOf(error)
    if (told.has(message) || !(isFirst || errorOrigin(error) === 'refusal')) return
    told.add(message)
    void rest(clock, gatherMs).then(() => {
      observe({ event: 'redis.lost', message, connections: gone.size })
    })
  }

  function begun(): Outage {
    return { sinceMs: clock.monotonic(), gone: new Set(), told: new Set() }
  }

  function seeWhetherAllAreBack(): void {
    if (outage === undefined || connections.size === 0 || [...connections].some(isLost)) return
    const awayMs = Math.round(clock.monotonic() - outage.sinceMs)
    outage = undefined
    // Not before it was said to be lost.
    void rest(clock, gatherMs).then(() => observe({ event: 'redis.back', awayMs }))
  }

  return (connection) => {
    connections.add(connection)
    connection.on('error', (error: Error) => hear(connection, error))
    connection.on('close', () => outage?.gone.add(connection))
    connection.on('ready', seeWhetherAllAreBack)
    connection.on('end', () => {
      connections.delete(connection)
      seeWhetherAllAreBack()
    })
  }
}

/** Whether it is about the connection, or the server behind it. */
export function isOfRedis(error: Error): boolean {
  return ['connection', 'refusal'].includes(errorOrigin(error))
}

/** `wait`: nobody has wanted it yet. */
function isLost({ status }: Redis): boolean {
  return status !== 'ready' && status !== 'wait'
}
