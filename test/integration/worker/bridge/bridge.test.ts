import { settleInput } from '../../../support/end-inputs.ts'
import { Queue } from 'bullmq'
import { describe, expect, it } from 'vitest'

import { parseIntent } from '../../../../src/shared/contract/intent.ts'
import { redriveDeadLetter } from '../../../../src/shared/store/dead-letters/dead-letters.ts'
import {
  bridgeGroup,
  ensureInboxGroup,
  readInbox,
  readNew,
} from '../../../../src/shared/store/inbox/inbox.ts'
import { submit } from '../../../../src/shared/store/inbox/submit.ts'
import { openStore, type DestinationStore } from '../../../../src/shared/redis/destination-store.ts'
import {
  callbackKey,
  inboxKey,
  queuePrefix,
  resultsKey,
  scheduleKey,
} from '../../../../src/shared/redis/keys.ts'
import { open } from '../../../../src/shared/store/ledger/open.ts'
import { begin } from '../../../../src/shared/store/ledger/begin.ts'
import { confirm } from '../../../../src/shared/store/ledger/confirm.ts'
import { settle } from '../../../../src/shared/store/ledger/settle.ts'
import { systemClock } from '../../../../src/shared/time/clock.ts'
import { isoTimestamp } from '../../../../src/shared/time/timestamp.ts'
import { retryDelayMs } from '../../../../src/worker/bridge/bridge.ts'
import { buryEntry } from '../../../../src/worker/bridge/bury-entry.ts'
import { createCallbackQueue } from '../../../../src/queue/callback-queue.ts'
import { bridgeAlone, runBridge } from '../../../support/bridge-alone.ts'
import { inboxCounts, xadd } from '../../../support/inbox.ts'
import { monitorCommands } from '../../../support/monitor.ts'
import { onStep } from '../../../support/on-step.ts'
import { refusableConnection } from '../../../support/refusable-connection.ts'
import { setup, type Bundle } from '../../../support/ringback.ts'

const callback = { id: 'one', callId: 'one', callbackNumber: '+18445791189' }
const now = '2026-02-26T15:40:52.000Z'

/** What a bridge does with one entry, step by step: it crashes after any of them. */
interface Crashed {
  store: DestinationStore
  entryId: string
}

const intent = JSON.stringify(canonical())

function opens({ store, entryId }: Crashed) {
  const times = { delayMs: undefined, notBefore: undefined, expiresAt: undefined }
  return open(store, { id: 'one', intent, entryId, ...times, traceparent: undefined })
}

async function queues({ store }: Crashed) {
  const queue = createCallbackQueue(store)
  await queue.add({ id: 'one', generation: 1, priority: undefined, requestedAtMs: 0, delayMs: 0 })
}

function confirms({ store, entryId }: Crashed) {
  return confirm(store, { id: 'one', entryId, group: bridgeGroup, now })
}

const steps: [string, ((crashed: Crashed) => Promise<unknown>)[]][] = [
  ['it was given the entry', []],
  ['it had opened the ledger', [opens]],
  ['it had queued the job', [opens, queues]],
  ['it had queued the job twice', [opens, queues, opens, queues]],
  ['it had confirmed', [opens, queues, confirms]],
]

describe.each([
  ['library', (bundle: Bundle) => submitted(bundle)],
  ['XADD', ({ store }: Bundle) => xadd(store, callback)],
])('an entry by %s', (_, send) => {
  it.each(steps)('is booked once when a bridge died after %s', async (_step, done) => {
    const bundle = await setup()
    const { store, sandbox, producer, recorder, startWorker } = bundle
    const entryId = await send(bundle)
    await holdAsDead(bundle)
    for (const step of done) await step({ store, entryId })

    startWorker()
    await recorder.next('attempt.settled')
    // Whatever would make a second attempt of it has passed once another callback is through.
    await xadd(store, { ...callback, id: 'two', callId: 'two' })
    await recorder.next('attempt.settled', ({ id }) => id === 'two')
    expect(sandbox.bookingsOf('one')).toHaveLength(1)
    expect(await producer.status('one')).toMatchObject({ state: 'booked', attempts: 1 })
    expect(await inboxCounts(store)).toEqual({ waiting: 0, pending: 0 })
  })
})

it('only confirms an entry whose callback was booked before the bridge that queued it died', async () => {
  const bundle = await setup()
  const { store, sandbox, producer, recorder, startWorker } = bundle
  const entryId = await xadd(store, callback)
  await holdAsDead(bundle)
  await opens({ store, entryId })
  await bookedByAnother(store)

  startWorker()
  await xadd(store, { ...callback, id: 'two', callId: 'two' })
  await recorder.next('attempt.settled', ({ id }) => id === 'two')
  expect(sandbox.bookingsOf('one')).toEqual([])
  expect(await producer.status('one')).toMatchObject({
    state: 'booked',
    recordId: 'r',
    attempts: 1,
  })
  expect(await inboxCounts(store)).toEqual({ waiting: 0, pending: 0 })
})

it('waits until a silent bridge has been silent for long before it takes over its entries', async () => {
  const { store, recorder, startWorker } = await setup()
  await ensureInboxGroup(store)
  await xadd(store, callback)
  await readNew(store, { consumer: 'alive', count: 10, blockMs: 1 })
  startWorker({ abandonedMs: 60_000 })
  await xadd(store, { ...callback, id: 'two', callId: 'two' })
  await recorder.next('attempt.settled')
  expect(await inboxCounts(store)).toEqual({ waiting: 1, pending: 1 })
})

it('takes over what another bridge leaves while it waits for entries, long before its wait is over', async () => {
  const bundle = await setup()
  const { store, recorder } = bundle
  const { redis, ref } = store
  bridgeAlone(bundle, { abandonedMs: 10 })
  await xadd(store, callback)
  await recorder.next('callback.scheduled', ({ id }) => id === 'one')

  // In one go: the one that waits is given nothing.
  const key = inboxKey(ref)
  const two = JSON.stringify({ ...callback, id: 'two', callId: 'two' })
  await redis
    .multi()
    .xadd(key, '*', 'intent', two)
    .xreadgroup('GROUP', bridgeGroup, 'dead', 'STREAMS', key, '>')
    .exec()

  // By itself it would go on waiting for longer than a test may take.
  expect(await recorder.next('callback.scheduled', ({ id }) => id === 'two')).toBeDefined()
})

it('writes into the ledger what a raw XADD says of its times, its trace and its priority', async () => {
  const bundle = await setup()
  const { store, recorder } = bundle
  const { redis, ref } = store
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const expiresAt = isoTimestamp(systemClock.now() + 7_200_000)
  const held = { ...callback, delay: 3_600_000, expiresAt, traceparent, priority: 2 }
  const entryId = await xadd(store, held)
  await xadd(store, { ...callback, id: 'soon', delay: 31_000, priority: 2 })
  // Whatever is late of what it does, when it was accepted is what Redis says.
  const late = { ...systemClock, now: () => systemClock.now() + 30_000 }
  bridgeAlone(bundle, { clock: late })
  const { dueAt } = await recorder.next('callback.scheduled', ({ id }) => id === 'one')
  await recorder.next('callback.scheduled', ({ id }) => id === 'soon')

  const acceptedAtMs = Number(entryId.split('-')[0])
  expect(dueAt).toBe(isoTimestamp(acceptedAtMs + 3_600_000))
  expect(await redis.hgetall(callbackKey(ref, 'one'))).toMatchObject({
    state: 'scheduled',
    acceptedAt: isoTimestamp(acceptedAtMs),
    dueAt,
    expiresAt,
    traceparent,
  })
  const putOff = await redis.zrange(scheduleKey(ref), '0', '-1', 'WITHSCORES')
  expect(putOff).toEqual(['cb-1-one', String(acceptedAtMs + 3_600_000)])
  const job = await queueOf(store).getJob('cb-1-soon')
  const { acceptedAt } = await redis.hgetall(callbackKey(ref, 'soon'))
  expect(job?.opts.priority).toBe(jobPriority(2, Date.parse(acceptedAt ?? '')))
  expect(job?.opts.delay ?? 0).toBeLessThanOrEqual(1_000)
})

it('buries with the time at which Redis took the entry, and trims what is older than the retention', async () => {
  const bundle = await setup()
  const { store, recorder } = bundle
  const { redis, ref } = store
  const key = resultsKey(ref)
  const fill = (agoMs: number) => {
    const firstMs = systemClock.now() - agoMs
    const ids = Array.from({ length: 300 }, (_, n) => `${firstMs + n}-0`)
    return Promise.all(ids.map((entryId) => redis.xadd(key, entryId, 'id', 'other')))
  }
  await fill(7_200_000)
  const kept = await fill(1_800_000)
  const entryId = await redis.xadd(inboxKey(ref), '*', 'number', '\u00fc', 'raw', Buffer.of(0xff))
  const nowMs = systemClock.now() - 60_000
  bridgeAlone(bundle, { retentionMs: 3_600_000, clock: { ...systemClock, now: () => nowMs } })
  const { id } = await recorder.next('entry.buried')

  expect(await redis.hgetall(callbackKey(ref, id))).toMatchObject({
    acceptedAt: isoTimestamp(Number(entryId?.split('-')[0])),
    updatedAt: isoTimestamp(nowMs),
    raw: '["number","\u00fc","raw","base64:/w=="]',
  })
  const ids = (await redis.xrange(key, '-', '+')).map(([each]) => each)
  expect(ids).toEqual(expect.arrayContaining(kept))
  // Redis trims whole nodes of a hundred; one is the result of the burial.
  expect(ids.length).toBeLessThan(kept.length + 102)
})

it('reports once an entry that two bridges bury', async () => {
  const { store, recorder } = await setup()
  await ensureInboxGroup(store)
  await xadd(store, 'rubbish')
  const [entry] = await readInbox(store, { afterEntryId: '0-0', count: 1 })
  const context = { store, clock: systemClock, observe: recorder.observe, retentionMs: 1 }
  const burial = { id: 'one', reason: 'invalid', code: 'invalid-intent', message: 'x' } as const
  for (let bridge = 1; entry && bridge <= 2; bridge += 1) await buryEntry(context, entry, burial)
  expect(recorder.of('entry.buried')).toMatchObject([{ id: 'one', entryId: entry?.entryId }])
})

it('says nothing of a callback as scheduled whose job has begun before it could be confirmed', async () => {
  const bundle = await setup()
  const { store, recorder } = bundle
  const { redis, ref } = store
  let begun = false
  onStep('queue.add', 'after', () => {
    if (!begun) void redis.hset(callbackKey(ref, 'one'), 'state', 'attempting')
    begun = true
  })
  await xadd(store, callback)
  bridgeAlone(bundle)
  await expect.poll(() => redis.xlen(inboxKey(ref))).toBe(0)
  await xadd(store, { ...callback, id: 'two', callId: 'two' })
  await recorder.next('callback.scheduled')
  expect(recorder.of('callback.scheduled')).toMatchObject([{ id: 'two' }])
  expect(await redis.hget(callbackKey(ref, 'one'), 'state')).toBe('attempting')
})

it('gives up no entry that Redis refuses to take in, however often', async () => {
  const bundle = await setup()
  const { store, recorder } = bundle
  const refusable = await refusableConnection(store.redis)
  await refusable.refuse()
  await xadd(store, callback)
  // More often than what our own code stumbles over is tried; by a clock that lets nothing rest.
  const clock = { ...systemClock, monotonic: () => systemClock.monotonic() * 1_000 }
  bridgeAlone(bundle, { store: openStore(refusable.redis, store.ref), clock })
  await recorder.next('bridge.failed', () => recorder.of('bridge.failed').length === 6)
  await refusable.allow()
  await recorder.next('callback.scheduled')
  expect(recorder.of('entry.buried')).toEqual([])
  expect(recorder.of('bridge.failed')[0]?.message).toContain('NOPERM')
})

it('gives up no entry whose job Redis refuses to take in, however often', async () => {
  const bundle = await setup()
  const { store, recorder } = bundle
  const refusable = await refusableConnection(store.redis)
  await refusable.refuse()
  await xadd(store, callback)
  const clock = { ...systemClock, monotonic: () => systemClock.monotonic() * 1_000 }
  bridgeAlone(bundle, { queue: createCallbackQueue(openStore(refusable.redis, store.ref)), clock })
  await recorder.next('bridge.failed', () => recorder.of('bridge.failed').length === 6)
  await refusable.allow()
  await recorder.next('callback.scheduled')
  expect(recorder.of('entry.buried')).toEqual([])
})

it('takes up what it was given and never received, as soon as it is well again', async () => {
  const bundle = await setup()
  const { store, recorder } = bundle
  const { redis, ref } = store
  const key = inboxKey(ref)
  await redis.set(key, 'no stream')
  bridgeAlone(bundle)
  await recorder.next('bridge.failed')
  await redis
    .multi()
    .del(key)
    .xgroup('CREATE', key, bridgeGroup, '0', 'MKSTREAM')
    .xadd(key, '*', 'intent', JSON.stringify(callback))
    .xreadgroup('GROUP', bridgeGroup, 'alone', 'COUNT', 1, 'STREAMS', key, '>')
    .exec()
  await recorder.next('callback.scheduled')
  expect(await inboxCounts(store)).toEqual({ waiting: 0, pending: 0 })
})

it('complains of nothing when it is stopped while it waits for entries', async () => {
  const bundle = await setup()
  const reads = new Promise<void>((resolve) => onStep('inbox.read', 'before', resolve))
  const stop = bridgeAlone(bundle)
  await reads
  await stop()
  expect(bundle.recorder.of('bridge.failed')).toEqual([])
})

it('waits for entries a second at most, so that a pause and a connection that died are noticed', async () => {
  const bundle = await setup()
  const waits: number[] = []
  await monitorCommands(bundle.redisUrl, (words) => {
    const block = words.indexOf('BLOCK')
    if (block > 0 && words.includes(inboxKey(bundle.store.ref)))
      waits.push(Number(words[block + 1]))
  })
  bridgeAlone(bundle)
  await expect.poll(() => waits[0] ?? 0).toBeGreaterThan(0)
  expect(waits[0]).toBeLessThanOrEqual(1_000)
})

it('never trims the inbox: a thousand entries that came before any worker are all taken in', async () => {
  const { store, producer, recorder, startWorker } = await setup()
  const later = { callbackNumber: '+18445791189', delay: 3_600_000 }
  await Promise.all(
    Array.from({ length: 1_000 }, (_, n) => xadd(store, { ...later, id: `id-${n}`, callId: 'c' })),
  )
  startWorker()
  await recorder.next(
    'callback.scheduled',
    () => recorder.of('callback.scheduled').length === 1_000,
  )
  expect(await inboxCounts(store)).toEqual({ waiting: 0, pending: 0 })
  expect(await producer.status('id-0')).toMatchObject({ state: 'scheduled' })
  expect(await producer.status('id-999')).toMatchObject({ state: 'scheduled' })
})

it.each([
  [
    'its group',
    ({ redis, ref }: DestinationStore) => redis.xgroup('DESTROY', inboxKey(ref), bridgeGroup),
  ],
  ['its whole stream', ({ redis, ref }: DestinationStore) => redis.del(inboxKey(ref))],
])('heals when somebody deletes %s while it runs', async (_, destroy) => {
  const { store, sandbox, recorder, startWorker } = await setup()
  startWorker()
  await xadd(store, callback)
  await sandbox.booked('one')
  await destroy(store)
  await recorder.next('bridge.failed')
  await xadd(store, { ...callback, id: 'two', callId: 'two' })
  await sandbox.booked('two')
})

it('outlives an inbox key of another type, says so, and works once that is gone', async () => {
  const { store, sandbox, recorder, startWorker } = await setup()
  const { redis, ref } = store
  await redis.set(inboxKey(ref), 'no stream')
  startWorker()
  const failed = await recorder.next('bridge.failed')
  expect(failed.message).toContain('WRONGTYPE')
  await redis.del(inboxKey(ref))
  await xadd(store, callback)
  await sandbox.booked('one')
})

it('takes a group that is there for made, and nothing else that goes wrong with it', async () => {
  const { store } = await setup()
  const { redis, ref } = store
  await ensureInboxGroup(store)
  await ensureInboxGroup(store)
  await redis.set(inboxKey({ ...ref, destination: 'other' }), 'no stream')
  const other = ensureInboxGroup(openStore(redis, { ...ref, destination: 'other' }))
  await expect(other).rejects.toThrow('WRONGTYPE')
})

it('books under ids that BullMQ keeps for itself, and its queue works on', async () => {
  const { store, sandbox, producer, recorder, startWorker } = await setup()
  const worker = startWorker()
  const ids = [
    'wait',
    'meta',
    'delayed',
    'events',
    'id',
    'marker',
    'active',
    'stalled',
    '123',
    '0',
    '-1',
  ]
  for (const id of ids) await xadd(store, { ...callback, id, callId: `call-${id}` })
  await recorder.next('attempt.settled', () => recorder.of('attempt.settled').length === ids.length)
  for (const id of ids) {
    expect(sandbox.bookingsOf(`call-${id}`), id).toHaveLength(1)
    expect(await producer.status(id)).toMatchObject({ id, state: 'booked' })
  }
  await xadd(store, callback)
  await sandbox.booked('one')
  const depths = await worker.depths()
  expect(depths.get('default')).toMatchObject({ inbox: 0, deadLetters: 0 })
})

it('works on with the ledger and the job of an older worker, which knew fewer fields', async () => {
  const { store, sandbox, producer, recorder, startWorker } = await setup()
  const { acceptedAt, dueAt } = { acceptedAt: now, dueAt: now }
  const oldest = { v: '1', state: 'scheduled', generation: '1', intent, acceptedAt, dueAt }
  await store.redis.hset(callbackKey(store.ref, 'one'), oldest)
  await addJob(store, { v: 1 })
  startWorker()
  await recorder.next('attempt.settled')
  expect(sandbox.bookingsOf('one')).toHaveLength(1)
  expect(await producer.status('one')).toMatchObject({ state: 'booked', attempts: 1 })
})

it('keeps a job of a version that it does not know, and says so', async () => {
  const { store, sandbox, recorder, startWorker } = await setup()
  const queue = await addJob(store, { v: 2, more: true })
  startWorker()
  const failed = await recorder.next('processor.failed')
  expect(failed).toMatchObject({
    id: 'one',
    message: 'the job has version 2; this worker knows version 1',
  })
  await xadd(store, { ...callback, id: 'two', callId: 'two' })
  await sandbox.booked('two')
  const job = await queue.getJob('cb-1-one')
  expect(job?.data).toEqual({ v: 2, more: true })
  expect(await job?.getState()).toBe('delayed')
})

async function submitted({ store }: Bundle): Promise<string> {
  await submit(store, { intent: canonical(), traceparent: undefined })
  const [entry] = await store.redis.xrange(inboxKey(store.ref), '-', '+')
  return entry?.[0] ?? ''
}

function canonical() {
  const parsed = parseIntent(callback)
  if (parsed.kind === 'invalid') throw new Error('the sample is invalid')
  return parsed.intent
}

/** A bridge was given everything, long ago, and was never heard of again. */
async function holdAsDead({ store }: Bundle): Promise<void> {
  await ensureInboxGroup(store)
  const held = await readNew(store, { consumer: 'dead', count: 10, blockMs: 1 })
  for (const { entryId } of held) {
    await store.redis.xclaim(inboxKey(store.ref), bridgeGroup, 'dead', 0, entryId, 'IDLE', 60_000)
  }
}

async function bookedByAnother(store: DestinationStore): Promise<void> {
  await begin(store, { id: 'one', generation: 1, claim: 'c', now, nowWithTolerance: now })
  const record = '{"startedAt":"2026-02-26T15:41:00.000Z"}'
  await settle(store, settleInput({ id: 'one', record, recordId: 'r', now, nowMs: 1 }))
}

function queueOf({ redis, ref }: DestinationStore): Queue {
  return new Queue('callbacks', { connection: redis, prefix: queuePrefix(ref) })
}

async function addJob(store: DestinationStore, data: object): Promise<Queue> {
  const queue = queueOf(store)
  await queue.add('callback', data, { jobId: 'cb-1-one', priority: 6 })
  return queue
}

it('sends a redriven callback at once, however long its delay was, while it has not expired', async () => {
  const { store, producer, sandbox, recorder, startWorker } = await setup()
  sandbox.setFaults([{ do: 'refuse', times: 1 }])
  startWorker()
  const expiresAt = new Date(Date.now() + 60_000).toISOString()
  const { id } = await producer.enqueue({
    callId: 'again',
    callbackNumber: '+18445791189',
    delay: 500,
    expiresAt,
  })
  await recorder.next('attempt.settled', ({ state }) => state === 'dead')
  // As if the delay had been nearly the whole time until it expires.
  await store.redis.hset(
    callbackKey(store.ref, id),
    'intent',
    longDelayed(await intentOf(store, id)),
  )
  expect(await redriveDeadLetter(store, { id, nowMs: Date.now(), retentionMs: 60_000 })).toBe(
    'redriven',
  )
  await recorder.next('attempt.settled', ({ state }) => state === 'booked')
  expect(sandbox.bookingsOf('again')).toHaveLength(1)
})

async function intentOf({ redis, ref }: DestinationStore, id: string): Promise<string> {
  return (await redis.hget(callbackKey(ref, id), 'intent')) ?? ''
}

function longDelayed(intent: string): string {
  return intent.replace('"delay":500', '"delay":59000000')
}

describe('a bridge is at work', () => {
  const stalledMs = 30_000
  /** Time passes when the test says so. */
  function stillClock() {
    let uptimeMs = 0
    const clock = { ...systemClock, monotonic: () => uptimeMs }
    return { clock, pass: (ms: number) => (uptimeMs += ms) }
  }

  it('while nothing waits, however long', async () => {
    const bundle = await setup()
    const { clock, pass } = stillClock()
    let reads = 0
    const readsAgain = async () => {
      const before = reads
      await expect.poll(() => reads, { timeout: 10_000 }).toBeGreaterThan(before)
    }
    onStep('inbox.read', 'before', () => (reads += 1))
    const { bridge } = runBridge(bundle, { clock, stalledMs })
    await readsAgain()
    pass(stalledMs - 1)
    expect(bridge.status()).toBe('working')
    // It was given nothing.
    await readsAgain()
    pass(stalledMs - 1)
    expect(bridge.status()).toBe('working')
    pass(1)
    expect(bridge.status()).toBe('stalled')
  })

  it('not while entries wait of which it can move none, and again when it has moved one', async () => {
    const bundle = await setup()
    const { store, recorder } = bundle
    const refusable = await refusableConnection(store.redis)
    const { clock, pass } = stillClock()
    const { bridge } = runBridge(bundle, {
      store: openStore(refusable.redis, store.ref),
      clock,
      stalledMs,
    })
    await xadd(store, callback)
    await recorder.next('callback.scheduled')
    await refusable.refuse()
    await xadd(store, { ...callback, id: 'two', callId: 'two' })
    await recorder.next('bridge.failed')
    let restedMs = 0
    const statusLater = () => {
      pass(retryDelayMs)
      restedMs += retryDelayMs
      return bridge.status()
    }
    await expect.poll(statusLater, { timeout: 10_000 }).toBe('stalled')
    expect(restedMs).toBe(stalledMs)

    await refusable.allow()
    await expect.poll(statusLater, { timeout: 10_000 }).toBe('working')
    expect(await recorder.next('callback.scheduled', ({ id }) => id === 'two')).toBeDefined()
  })

  it('not while it is given nothing at all, but for the time that Redis was away', async () => {
    const bundle = await setup()
    const { clock, pass } = stillClock()
    await bundle.store.redis.set(inboxKey(bundle.store.ref), 'no stream')
    const { bridge } = runBridge(bundle, { clock, stalledMs })
    await bundle.recorder.next('bridge.failed')
    pass(stalledMs)
    expect(bridge.status()).toBe('stalled')
    bridge.redisIsBack()
    expect(bridge.status()).toBe('working')
  })

  it('no longer when it was stopped', async () => {
    const { bridge, stop } = runBridge(await setup())
    expect(bridge.status()).toBe('working')
    await stop()
    expect(bridge.status()).toBe('stopped')
  })
})

describe('how far ahead a notBefore may be is counted from now, where the id of its entry tells no time', () => {
  const dayMs = 86_400_000
  it.each([
    ['1-1', 300, 'callback.scheduled'],
    ['9999999999999-0', 300, 'callback.scheduled'],
    ['1-1', 367, 'entry.buried'],
    ['9999999999999-0', 367, 'entry.buried'],
    ['9999999999999999-0', 367, 'entry.buried'],
  ] as const)('of %s, %d days ahead: %s', async (entryId, days, becomes) => {
    const bundle = await setup()
    const { store, recorder } = bundle
    const notBefore = isoTimestamp(systemClock.now() + days * dayMs)
    await store.redis.xadd(
      inboxKey(store.ref),
      entryId,
      'intent',
      JSON.stringify({ ...callback, notBefore }),
    )
    bridgeAlone(bundle)
    expect(await recorder.next(becomes)).toMatchObject({ id: 'one' })
  })
})
import { jobPriority } from '../../../../src/queue/job-priority.ts'
