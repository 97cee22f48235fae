import { createProducer, type Producer } from '../../producer/index.ts'
import { rest } from '../../shared/lifecycle/rest.ts'
import type { Clock } from '../../shared/time/clock.ts'
import { epochMsOf, isoTimestamp } from '../../shared/time/timestamp.ts'
import { expiringOneIn, scheduleOf, type Plan } from './plan.ts'
import type { Recorder } from './recording.ts'
import { namespace } from './worker-settings.ts'

export interface ArrivalsOptions {
  redisUrl: string
  plan: Plan
  recorder: Recorder
  clock: Clock
}

export interface Arrivals {
  /** One callback after the other, evenly spaced, until it is told to stop. */
  keepComing(stopping: AbortSignal): Promise<void>
  /** So many at once. */
  spike(count: number): Promise<void>
  close(): Promise<void>
}

/** Under way at once in a spike. */
const spikeLanes = 50

/** Who submits callbacks, by the library, as a contact centre would. */
export function openArrivals({ redisUrl, plan, recorder, clock }: ArrivalsOptions): Arrivals {
  const producer = createProducer({ redisUrl, namespace, clock })
  const { expiresAfterMs } = scheduleOf(plan)
  let submitted = 0
  const submitNext = () => {
    submitted += 1
    const isExpiring = submitted % expiringOneIn === 0
    return submit(producer, recorder, {
      nth: submitted,
      expiresAtMs: isExpiring ? clock.now() + expiresAfterMs : undefined,
    })
  }
  return {
    keepComing: async (stopping) => {
      const gapMs = 1_000 / plan.arrivals
      const startedMs = clock.monotonic()
      for (let nth = 1; !stopping.aborted; nth += 1) {
        await submitNext()
        await rest(clock, startedMs + nth * gapMs - clock.monotonic(), stopping)
      }
    },
    spike: async (count) => {
      let left = count
      const lane = async () => {
        while (left > 0) {
          left -= 1
          await submitNext()
        }
      }
      await Promise.all(Array.from({ length: spikeLanes }, lane))
    },
    close: () => producer.close(),
  }
}

interface Submission {
  nth: number
  expiresAtMs: number | undefined
}

async function submit(
  producer: Producer,
  { noteSubmission, noteAcceptance, at }: Recorder,
  { nth, expiresAtMs }: Submission,
): Promise<void> {
  const id = `callback-${String(nth).padStart(6, '0')}`
  noteSubmission()
  const answer = await producer.enqueue({
    id,
    callId: id,
    callbackNumber: `+1844${5_000_000 + nth}`,
    ...(expiresAtMs !== undefined && { expiresAt: isoTimestamp(expiresAtMs) }),
  })
  if (answer.kind !== 'accepted') throw new Error(`${id} was not accepted: ${answer.kind}`)
  const expiresMs = expiresAtMs === undefined ? undefined : at(expiresAtMs)
  noteAcceptance({ id, atMs: at(epochMsOf(answer.acceptedAt)), expiresMs })
}
