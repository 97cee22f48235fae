import { flow } from '../../redis/destination-keys.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { asList, asText, inGroupsOf } from '../../redis/reply.ts'
import { defineReadingScript } from '../../redis/script.ts'

/** How fast it goes, a second, over all workers: the mean of the last ten to twenty seconds. */
export interface Flow {
  accepted: number
  /** Of those, what was due at once. */
  dueAtOnce: number
  attempts: number
  booked: number
}

/** As flow.lua counts. */
const slotMs = 10_000

const script = defineReadingScript<object, Flow>({
  name: 'read-flow',
  beside: import.meta.url,
  keys: { flow },
  args: [],
  decode: (reply) => {
    const [now, ...rest] = asList(reply)
    const fields = inGroupsOf(2, rest).map(
      ([name, count]) => [asText(name), Number(count)] as const,
    )
    return flowAt(Number(now), new Map(fields))
  },
})

export function readFlow(store: DestinationStore): Promise<Flow> {
  return script(store, {})
}

function flowAt(nowMs: number, counts: ReadonlyMap<string, number>): Flow {
  const slot = Math.floor(nowMs / slotMs)
  const seconds = (slotMs + (nowMs % slotMs)) / 1_000
  const aSecond = (what: string) => {
    const count = (counts.get(`${slot}:${what}`) ?? 0) + (counts.get(`${slot - 1}:${what}`) ?? 0)
    return Number((count / seconds).toFixed(2))
  }
  const booked = aSecond('booked')
  const attempts = Number((booked + aSecond('failed')).toFixed(2))
  const dueAtOnce = aSecond('due')
  const accepted = Number((dueAtOnce + aSecond('put-off')).toFixed(2))
  return { accepted, dueAtOnce, attempts, booked }
}
