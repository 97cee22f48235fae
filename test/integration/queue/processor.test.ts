/** Jobs, as BullMQ hands them out and takes them back. */
import type { ServerResponse } from 'node:http'
import { expect, it } from 'vitest'

import { openStore } from '../../../src/shared/redis/destination-store.ts'
import { jobKey, queueName, queuePrefix } from '../../../src/shared/redis/keys.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import { isoTimestamp } from '../../../src/shared/time/timestamp.ts'
import type { AttemptContext } from '../../../src/worker/attempt/context.ts'
import { runAttempt } from '../../../src/worker/attempt/run-attempt.ts'
import { createProcessor, type ProcessorContext } from '../../../src/queue/processor.ts'
import { createCallbackQueue } from '../../../src/queue/callback-queue.ts'
import { openGate } from '../../support/any-pass.ts'
import { attemptContext } from '../../support/attempt-context.ts'
import { sampleCallback } from '../../support/callbacks.ts'
import { onStep } from '../../support/on-step.ts'
import { refusableConnection } from '../../support/refusable-connection.ts'
import { setup, type Bundle } from '../../support/ringback.ts'
import { runService } from '../../support/run-service.ts'
import { scheduled } from '../../support/scheduled.ts'
import { noTurns, waitsFor } from '../../support/waits.ts'
import { json, webServer, type Respond } from '../salesforce/support/local-peer.ts'

const intent = JSON.stringify(sampleCallback('one'))
const hourMs = 3_600_000
const books: Respond = (response) => json(response, 200, { recordId: '0TzLT00000000w50AA' })

/** The callback `one` on the queue, and whoever is to take it. */
async function processing({
  respond = books,
  fields = {},
  ...more
}: { respond?: Respond; fields?: Record<string, string> } & Partial<AttemptContext> = {}) {
  const bundle = await setup()
  const { store, recorder } = bundle
  const { baseUrl } = await webServer(respond)
  await scheduled({ store, intent, fields })
  const context = { ...attemptContext(bundle, { baseUrl }), clock: systemClock, ...more }
  const start = (options: Partial<ProcessorContext> = {}) => {
    const processor = createProcessor({
      store,
      openJobs: waitsFor(store).openJobs,
      lay: () => Promise.resolve({ hasActive: true, hasJobs: true }),
      concurrency: 1,
      gate: openGate,
      waitingRoom: noTurns,
      lockMs: 1_200,
      clock: context.clock,
      queueClock: systemClock,
      observe: recorder.observe,
      perform: (job, pass, cutShort) => runAttempt({ job, pass, context }, cutShort),
      ...options,
    })
    return { processor, ...runService(processor) }
  }
  return { bundle, context, start, booked: recorder.next('attempt.settled') }
}

/** When BullMQ lets go of the job, by the clock of this machine. */
async function heldUntilMs({ store }: Bundle): Promise<number> {
  const score = await store.redis.zscore(
    `${queuePrefix(store.ref)}:${queueName}:delayed`,
    'cb-1-one',
  )
  // The time in ms, times 0x1000, and a counter.
  return Number(score) / 0x1000
}

/** A job of which the ledger knows nothing. */
async function addAnother({ store }: Bundle): Promise<void> {
  const other = { id: 'two', generation: 1, priority: undefined, requestedAtMs: 0, delayMs: 0 }
  await createCallbackQueue(store).add(other)
}

/** The queue was told when to hand it out again. */
function delayed(): Promise<void> {
  return new Promise((resolve) => onStep('queue.delay', 'after', resolve))
}

function expectAbout(ms: number, expectedMs: number): void {
  expect(Math.abs(ms - expectedMs), `${ms} and ${expectedMs}`).toBeLessThan(5_000)
}

it.each([
  ['ahead', hourMs],
  ['behind', -hourMs],
])('is put back by the clock of the machine, when ours is %s', async (_, aheadMs) => {
  const clock = { ...systemClock, now: () => systemClock.now() + aheadMs }
  const dueAt = isoTimestamp(clock.now() + 600_000)
  const { bundle, start } = await processing({ clock, fields: { dueAt } })
  const wasDelayed = delayed()
  start()
  await wasDelayed
  expectAbout(await heldUntilMs(bundle), systemClock.now() + 600_000)
  // It is neither done nor failed: by the time the next one has its turn, nobody has complained.
  await addAnother(bundle)
  await bundle.recorder.next('job.skipped')
  expect(bundle.recorder.of('processor.failed')).toEqual([])
})

it('leaves nothing of a job that is done', async () => {
  const { bundle, start, booked } = await processing()
  const { redis, ref } = bundle.store
  const finished = new Promise<void>((resolve) => onStep('queue.finish', 'after', resolve))
  start()
  await booked
  await finished
  expect(await redis.exists(jobKey(ref, 'cb-1-one'))).toBe(0)
  expect(bundle.recorder.of('processor.failed')).toEqual([])
})

it('takes up a job however many workers were lost with it', async () => {
  const { bundle, start, booked } = await processing()
  const { redis, ref } = bundle.store
  const prefix = `${queuePrefix(ref)}:${queueName}`
  // As if those had taken it and fallen silent. It is looked for often enough that nobody waits here for long.
  await redis.zrem(`${prefix}:prioritized`, 'cb-1-one')
  await redis.lpush(`${prefix}:active`, 'cb-1-one')
  await redis.hset(jobKey(ref, 'cb-1-one'), 'stc', 50)
  start()
  expect(await booked).toMatchObject({ state: 'booked' })
  expect(bundle.recorder.of('processor.failed')).toEqual([])
})

it('takes no other job, not even with the end of one, until there is room to wait with it', async () => {
  const { bundle, start } = await processing()
  await addAnother(bundle)
  const { recorder } = bundle
  let asked = 0
  let letIn: (() => void) | undefined
  const asksAgain = new Promise<void>((resolve) => {
    const room = () => {
      asked += 1
      if (asked !== 2) return Promise.resolve()
      resolve()
      return new Promise<void>((enter) => (letIn = enter))
    }
    start({ waitingRoom: { isFull: () => true, room } })
  })
  await recorder.next('attempt.settled')
  await asksAgain
  expect(recorder.of('job.skipped')).toEqual([])
  letIn?.()
  await recorder.next('job.skipped')
})

it('holds a job for as long as it is told, so that another worker may have it soon', async () => {
  const { bundle, start, booked } = await processing()
  const { redis, ref } = bundle.store
  const lockMs: Promise<number>[] = []
  onStep('salesforce.send', 'before', () => {
    lockMs.push(redis.pttl(`${jobKey(ref, 'cb-1-one')}:lock`))
  })
  start({ lockMs: 5_000 })
  await booked
  const [leftMs = 0] = await Promise.all(lockMs)
  expect(leftMs).toBeGreaterThan(0)
  expect(leftMs).toBeLessThanOrEqual(5_000)
})

it('puts a job back that failed unexpectedly', async () => {
  let failures = 2
  const clock = {
    ...systemClock,
    now: () => {
      if ((failures -= 1) >= 0) throw new Error('no time')
      return systemClock.now()
    },
  }
  const { bundle, start, booked } = await processing({ clock })
  start()
  expect(await booked).toMatchObject({ state: 'booked', attempt: 1 })
  // What failed, and what became of the job by it.
  expect(bundle.recorder.of('processor.failed')).toMatchObject([
    { id: 'one', message: 'no time' },
    { id: 'one', message: 'no time' },
  ])
})

it('delays a job by half a minute after a failure of ours', async () => {
  const { bundle, start } = await processing({ fields: { v: '2' } })
  const wasDelayed = delayed()
  start()
  await wasDelayed
  expectAbout(await heldUntilMs(bundle), systemClock.now() + 30_000)
  expect(bundle.recorder.of('processor.failed')).toMatchObject([
    { id: 'one', message: 'the ledger has version 2; this worker knows version 1' },
  ])
})

it('lets a job rest for a second after a refusal of Redis, and goes on', async () => {
  const { bundle, context, start, booked } = await processing()
  const { redis, refuse, allow } = await refusableConnection(bundle.store.redis)
  context.store = openStore(redis, context.store.ref)
  await refuse()
  onStep('queue.delay', 'after', () => void allow())
  start()
  const { message } = await bundle.recorder.next('processor.failed')
  expect(message).toContain('NOPERM')
  expect(await booked).toMatchObject({ state: 'booked', attempt: 1 })
})

it('asks for no job until it has rested, after Redis has refused to give one', async () => {
  const rests: number[] = []
  const { bundle, context, start, booked } = await processing()
  const { redis, refuse, allow } = await refusableConnection(bundle.store.redis)
  await refuse()
  const clock = {
    ...systemClock,
    sleep: async (ms: number) => {
      rests.push(ms)
      if (rests.length === 5) await allow()
    },
  }
  context.clock = clock
  start({ store: openStore(redis, bundle.store.ref) })
  expect(await booked).toMatchObject({ state: 'booked' })
  expect(rests).toEqual(Array(5).fill(1_000))
  // BullMQ looks for jobs and for stalled ones each time.
  expect(bundle.recorder.of('processor.failed').length).toBeLessThanOrEqual(2 * rests.length)
})

it('rests also while an attempt is under way', async () => {
  const underWay: ServerResponse[] = []
  const respond: Respond = (response) => void underWay.push(response)
  const { bundle, context, start, booked } = await processing({ respond })
  const { redis, refuse, allow } = await refusableConnection(bundle.store.redis)
  context.clock = {
    ...systemClock,
    sleep: async () => {
      await allow()
      for (const response of underWay.splice(0))
        json(response, 200, { recordId: '0TzLT00000000w50AA' })
    },
  }
  const sent = new Promise<void>((resolve) => onStep('salesforce.send', 'after', resolve))
  start({ store: openStore(redis, bundle.store.ref), concurrency: 2, lockMs: 10_000 })
  await sent
  await refuse()
  await addAnother(bundle)
  expect(await booked).toMatchObject({ id: 'one', state: 'booked' })
})

it('gives up what it waits for when it has to stop at once', async () => {
  const { bundle, start, booked } = await processing({ respond: () => undefined })
  const arrived = new Promise<void>((resolve) => onStep('salesforce.send', 'after', resolve))
  const { processor, cutShort } = start()
  await arrived
  expect(processor.status()).toBe('working')
  const ended = cutShort()
  expect(processor.status()).toBe('stopped')
  await ended
  expect(processor.status()).toBe('stopped')
  expect(await booked).toMatchObject({ outcome: 'uncertain', code: 'aborted' })
  expect(bundle.recorder.of('attempt.settled')).toHaveLength(1)
})
