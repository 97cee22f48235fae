import { Queue } from 'bullmq'
import { expect, it } from 'vitest'

import {
  callbackKey,
  deadLettersKey,
  inboxKey,
  queuePrefix,
  scheduleKey,
} from '../../../src/shared/redis/keys.ts'
import { createCallbackQueue } from '../../../src/queue/callback-queue.ts'
import { epochMsOf } from '../../../src/shared/time/timestamp.ts'
import { sampleCallback, sampleCallbacks } from '../../support/callbacks.ts'
import { reconcilerOfTomorrow, wholeRound } from '../../support/reconciler.ts'
import { setup, type Bundle } from '../../support/ringback.ts'
import { scheduled } from '../../support/scheduled.ts'

const intent = JSON.stringify(sampleCallback('one'))
const waiting = { ...sampleCallback('one'), delay: 3_600_000 }
const number = waiting.callbackNumber.slice(1)
const nothing = { recovered: 0, relisted: 0, unlisted: 0, unreconciled: 0 }
const noJob = 'the ledger says scheduled, the queue had no job'
const brokenJob = 'the ledger says scheduled, the queue had a job that no worker would have come to'

/** Everything that somebody may do by hand to what BullMQ knows of a waiting callback. */
const breakages: [string, string, (bundle: Bundle) => Promise<unknown>][] = [
  [
    'its job waits past its time',
    'the ledger says scheduled, the queue had a job that waited past its time',
    () => Promise.resolve(),
  ],
  ['its job was removed', noJob, (bundle) => queueOf(bundle).remove('cb-1-one')],
  ['the queue was obliterated', noJob, (bundle) => queueOf(bundle).obliterate({ force: true })],
  ['the queue was drained', noJob, (bundle) => queueOf(bundle).drain(true)],
  [
    'all keys of BullMQ were deleted',
    noJob,
    async (bundle) =>
      bundle.store.redis.del(...(await bundle.store.redis.keys(jobKey(bundle, '*')))),
  ],
  [
    'its job was deleted, and its id is still in the list',
    brokenJob,
    ({ store }) => store.redis.del(jobKey({ store }, 'cb-1-one')),
  ],
  [
    'its job is in no list any more',
    brokenJob,
    ({ store }) => store.redis.zrem(jobKey({ store }, 'delayed'), 'cb-1-one'),
  ],
  [
    'its job has failed',
    brokenJob,
    ({ store }) =>
      store.redis
        .multi()
        .zrem(jobKey({ store }, 'delayed'), 'cb-1-one')
        .zadd(jobKey({ store }, 'failed'), 1, 'cb-1-one')
        .exec(),
  ],
  [
    'its job was deleted and a worker has met what was left',
    brokenJob,
    async ({ store, recorder }) => {
      const { redis } = store
      await redis.del(jobKey({ store }, 'cb-1-one'))
      await redis.zadd(jobKey({ store }, 'delayed'), 1, 'cb-1-one')
      await redis.zadd(jobKey({ store }, 'marker'), 0, '0')
      await recorder.next('processor.failed')
      await expect
        .poll(async () => Number(await redis.zscore(jobKey({ store }, 'delayed'), 'cb-1-one')))
        .toBeGreaterThan(1)
    },
  ],
]

/** As an older version has put it off: its job is on the queue all the time. */
async function giveJob({ store }: Bundle): Promise<void> {
  const queue = createCallbackQueue(store)
  const item = { priority: undefined, requestedAtMs: 0, delayMs: waiting.delay }
  await queue.add({ id: 'one', generation: 1, ...item })
  await queue.close()
  await store.redis.del(scheduleKey(store.ref))
}

it.each(breakages)('puts back a waiting callback when %s', async (_, why, breakIt) => {
  const bundle = await setup()
  const { producer, sandbox, recorder, startWorker } = bundle
  startWorker()
  await producer.enqueue(waiting)
  await recorder.next('callback.scheduled')
  await giveJob(bundle)
  await breakIt(bundle)
  await makeDue(bundle, ['one'])

  const reconciler = reconcilerOfTomorrow(bundle)
  expect(await wholeRound(reconciler)).toMatchObject({ ...nothing, recovered: 1 })
  await recorder.next('attempt.settled')

  expect(recorder.of('job.recovered')).toMatchObject([{ id: 'one', why }])
  expect(sandbox.bookingsOf('one')).toHaveLength(1)
  expect(await producer.status('one')).toMatchObject({
    state: 'booked',
    attempts: 1,
    possibleDuplicate: false,
  })
  expect(await wholeRound(reconciler)).toMatchObject(nothing)
})

it('puts an accepted callback on the queue whose inbox entry is gone', async () => {
  const bundle = await setup()
  const { store, producer, sandbox, recorder, startWorker } = bundle
  const { redis, ref } = store
  await producer.enqueue(sampleCallback('one'))
  const [entry] = await redis.xrange(inboxKey(ref), '-', '+')
  await redis.xdel(inboxKey(ref), entry?.[0] ?? '')

  expect(await wholeRound(reconcilerOfTomorrow(bundle))).toMatchObject({ ...nothing, recovered: 1 })
  startWorker()
  await recorder.next('attempt.settled')
  expect(sandbox.bookingsOf('one')).toHaveLength(1)
  expect(await producer.status('one')).toMatchObject({ state: 'booked', attempts: 1 })
})

it('leaves an accepted callback to the bridge whose inbox entry is there', async () => {
  const bundle = await setup()
  await bundle.producer.enqueue(sampleCallback('one'))
  expect(await wholeRound(reconcilerOfTomorrow(bundle))).toMatchObject(nothing)
  expect(await bundle.store.redis.keys(jobKey(bundle, 'cb-*'))).toEqual([])
})

it('puts back a callback that a lost worker left in an attempt, and marks it', async () => {
  const bundle = await setup()
  const { store, producer, recorder, startWorker } = bundle
  const startedAt = '2026-02-26T15:41:00.000Z'
  const fields = {
    state: 'attempting',
    attempts: '1',
    claim: 'of-the-lost-worker',
    firstAttemptAt: startedAt,
    'attempt:1': `{"startedAt":"${startedAt}"}`,
  }
  await scheduled({ store, intent, queued: false, fields })

  expect(await wholeRound(reconcilerOfTomorrow(bundle))).toMatchObject({ ...nothing, recovered: 1 })
  startWorker()
  await recorder.next('attempt.settled')
  const { history, state } = (await producer.status('one')) ?? {}
  // The sample is older than any retry lasts: the policy has had its say.
  expect(state).toBe('dead')
  expect(history).toMatchObject([{ attempt: 1, outcome: 'uncertain', code: 'worker-lost' }])
})

it('puts back the callback of an earlier attempt that is to be made again', async () => {
  const bundle = await setup({ destination: { retry: patient } })
  const { store, producer, sandbox, recorder, startWorker } = bundle
  const { redis } = store
  sandbox.setFaults([{ do: 'break', times: 1 }])
  startWorker()
  await producer.enqueue(sampleCallback('one'))
  await recorder.next('attempt.settled')
  await redis.del(...(await redis.keys(jobKey(bundle, '*'))))
  await redis.hset(
    callbackKey(bundle.store.ref, 'one'),
    'nextAttemptAt',
    '2026-02-26T15:42:00.000Z',
  )

  expect(await wholeRound(reconcilerOfTomorrow(bundle))).toMatchObject({ ...nothing, recovered: 1 })
  await recorder.next('attempt.settled', ({ state }) => state === 'booked')
  expect(await producer.status('one')).toMatchObject({ attempts: 2, possibleDuplicate: false })
})

const patient = {
  maxAttempts: 5,
  maxRetryDurationMs: 86_400_000,
  notFoundGraceMs: 0,
  backoff: { initialMs: 3_600_000, factor: 1, maxMs: 3_600_000 },
}

it('touches nothing that a worker is busy with', async () => {
  const bundle = await setup()
  const { producer, sandbox, recorder, startWorker } = bundle
  sandbox.setFaults([{ do: 'slow', delayMs: 300 }])
  startWorker()
  await producer.enqueue(sampleCallback('one'))
  await sandbox.requestArrived('one')
  expect(await wholeRound(reconcilerOfTomorrow(bundle))).toMatchObject(nothing)
  await recorder.next('attempt.settled')
  expect(await producer.status('one')).toMatchObject({ state: 'booked', attempts: 1 })
  expect(sandbox.requests()).toHaveLength(1)
})

it('leaves a job to BullMQ that a lost worker had taken', async () => {
  const bundle = await setup()
  const { store, sandbox, startWorker } = bundle
  await scheduled({ store, intent })
  await store.redis.zrem(jobKey(bundle, 'prioritized'), 'cb-1-one')
  await store.redis.lpush(jobKey(bundle, 'active'), 'cb-1-one')
  expect(await wholeRound(reconcilerOfTomorrow(bundle))).toMatchObject(nothing)
  startWorker()
  await sandbox.booked('one')
})

it('reports what it cannot read, says no number, and lets it hold up nothing', async () => {
  const bundle = await setup()
  const { store, sandbox, recorder, startWorker } = bundle
  const { redis, ref } = store
  const broken: Record<string, Record<string, string>> = {
    'no-json': { intent: `{"callbackNumber":"+${number}` },
    'no-intent': { intent: `{"callbackNumber":"+${number}"}` },
    newer: { v: '2' },
    napping: { state: 'napping' },
    tomorrow: { dueAt: 'tomorrow' },
    odd: { generation: 'first' },
  }
  await scheduled({ store, intent, queued: false })
  const sample = await redis.hgetall(callbackKey(ref, 'one'))
  for (const [id, fields] of Object.entries(broken)) {
    await redis.hset(callbackKey(ref, id), { ...sample, ...fields })
  }
  await redis.set(callbackKey(ref, 'text'), number)
  await redis.hset(callbackKey(ref, 'job'), sample)
  await redis.set(jobKey(bundle, 'cb-1-job'), 'no job')

  const { recovered } = await wholeRound(reconcilerOfTomorrow(bundle))
  expect(recovered).toBe(1)
  const reported = recorder
    .of('callback.unreconciled')
    .flatMap(({ problem, ids }) => ids.map((id) => `${id}: ${problem}`))
  expect([...new Set(reported)].sort()).toEqual([
    'job: unreadable-job',
    'napping: unknown-state',
    'newer: unknown-version',
    'no-intent: unreadable-intent',
    'no-json: unreadable-intent',
    'odd: unknown-generation',
    'text: wrong-type',
    'tomorrow: unknown-time',
  ])
  expect(JSON.stringify(recorder.all)).not.toContain(number.slice(3))
  startWorker()
  await sandbox.booked('one')
})

it('names a dead letter in the index again that has lost it, and takes out what is none', async () => {
  const bundle = await setup()
  const { store, producer, sandbox, recorder, startWorker } = bundle
  const { redis, ref } = store
  sandbox.setFaults([{ do: 'refuse', match: { callId: 'one' } }])
  startWorker()
  await producer.enqueue(sampleCallback('one'))
  await producer.enqueue(sampleCallback('two'))
  await sandbox.booked('two')
  for (const id of ['one', 'two']) {
    await recorder.next('attempt.settled', (event) => event.id === id)
  }
  await redis.del(deadLettersKey(ref))
  await redis.zadd(deadLettersKey(ref), 1, 'two', 2, 'never-was')

  await wholeRound(reconcilerOfTomorrow(bundle))
  // The worker's own reconciler is at it as well: either of them says so.
  await recorder.next('dead-letter.relisted')
  for (const id of ['two', 'never-was']) {
    await recorder.next('dead-letter.unlisted', (event) => event.id === id)
  }
  const diedAtMs = epochMsOf((await producer.status('one'))?.updatedAt ?? '')
  expect(await redis.zrange(deadLettersKey(ref), '0', '-1', 'WITHSCORES')).toEqual([
    ...['one', String(diedAtMs)],
  ])
  expect(recorder.of('dead-letter.relisted').map(({ id }) => id)).toEqual(['one'])
  const unlisted = recorder.of('dead-letter.unlisted').map(({ id, why }) => `${id}: ${why}`)
  expect(unlisted.sort()).toEqual(['never-was: its ledger is gone', 'two: the callback is booked'])
})

it('loses and doubles nothing when several do it at once, in the middle of the work', async () => {
  const bundle = await setup()
  const { store, producer, sandbox, recorder, startWorker } = bundle
  const all = sampleCallbacks(60)
  startWorker()
  startWorker()
  for await (const answer of producer.enqueueMany(
    all.map((each) => ({ ...each, delay: 3_600_000 })),
  )) {
    expect(answer.kind).toBe('accepted')
  }
  await recorder.next(
    'callback.scheduled',
    () => recorder.of('callback.scheduled').length === all.length,
  )
  await store.redis.del(scheduleKey(store.ref), ...(await store.redis.keys(jobKey(bundle, '*'))))
  await makeDue(
    bundle,
    all.map(({ id }) => id),
  )

  const several = [1, 2, 3].map(() => reconcilerOfTomorrow(bundle))
  await Promise.all(several.map(wholeRound))
  await Promise.all(several.map(wholeRound))
  await sandbox.until(() => sandbox.counts().booked >= all.length)
  for (const { callId } of all) expect(sandbox.bookingsOf(callId), callId).toHaveLength(1)
  expect(sandbox.requests()).toHaveLength(all.length)
})

/** What time would do to a callback that waits. */
async function makeDue({ store }: Bundle, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await store.redis.hset(callbackKey(store.ref, id), 'dueAt', '2026-02-26T15:42:00.000Z')
  }
}

function queueOf({ store }: Bundle): Queue {
  return new Queue('callbacks', { connection: store.redis, prefix: queuePrefix(store.ref) })
}

function jobKey({ store }: Pick<Bundle, 'store'>, name: string): string {
  return `${queuePrefix(store.ref)}:callbacks:${name}`
}
