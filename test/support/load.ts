import { RingbackError } from '../../src/shared/errors/errors.ts'
import type { Producer } from '../../src/producer/index.ts'
import { systemClock } from '../../src/shared/time/clock.ts'
import { sampleCallback } from './callbacks.ts'

/** Producers that go on enqueueing, as callers do: again under the same id while they are told that Redis is away. */
export interface Load {
  /** In the order of their acceptance, with the moment of it. */
  readonly accepted: ReadonlyMap<string, number>
  /** What callers were told who were to try again. */
  readonly failures: readonly string[]
  /** No new ones. Resolves when all that were begun are accepted. */
  stop(): Promise<void>
}

const callers = 8
const restMs = 20

export function startLoad(producer: Producer, prefix = 'cb'): Load {
  const accepted = new Map<string, number>()
  const failures: string[] = []
  let [count, isStopped] = [0, false]

  async function enqueueUntilAnswered(id: string): Promise<void> {
    for (;;) {
      try {
        await producer.enqueue(sampleCallback(id))
        accepted.set(id, systemClock.monotonic())
        return
      } catch (error) {
        if (!isAway(error)) throw error
        failures.push(error.message)
        await systemClock.sleep(restMs)
      }
    }
  }

  async function caller(): Promise<void> {
    while (!isStopped) {
      await enqueueUntilAnswered(`${prefix}-${(count += 1)}`)
      await systemClock.sleep(restMs)
    }
  }

  const running = Promise.all(Array.from({ length: callers }, caller))
  // A test that has failed by then closes the producer.
  running.catch(() => (isStopped = true))
  return {
    accepted,
    failures,
    stop: async () => {
      isStopped = true
      await running
    },
  }
}

/** Some were accepted after this was called. */
export async function acceptedSince({ accepted }: Load): Promise<void> {
  const enough = accepted.size + 50
  while (accepted.size < enough) await systemClock.sleep(10)
}

const toBeSentAgain: readonly string[] = ['redis-unavailable', 'not-replicated']

function isAway(error: unknown): error is RingbackError {
  return error instanceof RingbackError && toBeSentAgain.includes(error.code)
}
