/** The slot of a destination moves while callers come all the time: none of them hears of it. */
import { expect, it, onTestFinished } from 'vitest'

import { createProducer } from '../../src/producer/index.ts'
import { inboxKey } from '../../src/shared/redis/keys.ts'
import { systemClock } from '../../src/shared/time/clock.ts'
import { sampleCallback } from '../support/callbacks.ts'
import { startCluster } from '../support/cluster.ts'

/** A producer whose slot can be moved to the other one of two primaries. */
async function setUp() {
  const cluster = await startCluster({ primaries: 2, withReplicas: false })
  const producer = createProducer({ redisUrl: cluster.url, namespace: 'moving', destination: 'd' })
  onTestFinished(() => producer.close())
  await producer.enqueue(sampleCallback('first'))
  const key = inboxKey({ namespace: 'moving', destination: 'd' })
  const to = cluster.primaries[1 - cluster.indexOf(key)]
  if (to === undefined) throw new Error('there is no other primary')
  const callers = callEvery(2, (id) => producer.enqueue(sampleCallback(id)))
  await callers.further(20)
  return { producer, callers, to, move: () => cluster.moveSlotOf(key, to) }
}

it('tells nobody who calls while a slot moves, however many come meanwhile', async () => {
  const { callers, move } = await setUp()
  await move()
  // More than come until all that was sent to the old place is tried again.
  await callers.further(200)

  expect(await callers.stop()).toEqual([])
})

it('says that Redis is unavailable to each who calls while that one does not answer to which the slot has moved', async () => {
  const { producer, callers, to, move } = await setUp()
  await move()
  to.freeze()
  await callers.further(100)

  const told = await callers.stop()
  expect(told.length).toBeGreaterThanOrEqual(100)
  for (const each of told) expect(each).toMatch(/^RingbackError: Redis/)
  to.thaw()
  await expect
    .poll(() => producer.enqueue(sampleCallback('last')).catch(String), { timeout: 30_000 })
    .toMatchObject({ kind: 'accepted' })
})

interface Callers {
  /** Until so many have begun after this was called. */
  further(count: number): Promise<void>
  /** What they were told instead of being accepted. */
  stop(): Promise<string[]>
}

/** A new caller each time, whether or not those before have been answered. */
function callEvery(restMs: number, call: (id: string) => Promise<unknown>): Callers {
  const calls: Promise<string | undefined>[] = []
  let isStopped = false
  async function run(): Promise<void> {
    while (!isStopped) {
      calls.push(call(`c${calls.length}`).then(() => undefined, String))
      await systemClock.sleep(restMs)
    }
  }
  const running = run()
  return {
    async further(count) {
      const enough = calls.length + count
      while (calls.length < enough) await systemClock.sleep(restMs)
    },
    async stop() {
      isStopped = true
      await running
      return (await Promise.all(calls)).filter((told) => told !== undefined)
    },
  }
}
