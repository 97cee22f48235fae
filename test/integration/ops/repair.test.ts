import { describe, expect, it } from 'vitest'

import type { Repair } from '../../../src/ops/operations/repair/repair.ts'
import { ensureInboxGroup } from '../../../src/shared/store/inbox/inbox.ts'
import { callbackKey, inboxKey, resultsKey } from '../../../src/shared/redis/keys.ts'
import { readStreamPosition } from '../../../src/shared/store/streams/stream-position.ts'
import { epochMsOf, isoTimestamp } from '../../../src/shared/time/timestamp.ts'
import { createCallbackQueue } from '../../../src/queue/callback-queue.ts'
import { sampleCallback, sampleCallbacks, sendRaw } from '../../support/callbacks.ts'
import { dump } from '../../support/dump.ts'
import { resultsOfAll } from '../../support/results.ts'
import { setup, type Bundle } from '../../support/ringback.ts'
import { runCommand, typed } from './support/cli.ts'
import { environmentOf } from './support/environment.ts'

const odd = '9999999999999-0'
const last = '18446744073709551615-18446744073709551615'
const inTheYear2286 = '2286-11-20T17:46:39.999Z'
const untilThenMs = 8_000_000_000_000

async function repair({ redisUrl, store }: Bundle, ...options: string[]) {
  const env = environmentOf(redisUrl, store.ref.namespace)
  const { status, stdout } = await runCommand({ env }, 'repair', '--json', ...options)
  return { status, report: JSON.parse(stdout) as Repair }
}

interface PutOff {
  id: string
  acceptedAt?: string
  state?: string
  wish?: object
}

/** A promise as an older version has left it: accepted in the year 2286, as the id of its entry said. */
async function putOff({ store }: Bundle, { id, wish, ...more }: PutOff): Promise<void> {
  const { acceptedAt: at = inTheYear2286, state = 'scheduled' } = more
  await store.redis.hset(callbackKey(store.ref, id), {
    v: '1',
    state,
    generation: '1',
    attempts: '0',
    intent: JSON.stringify({ ...sampleCallback(id), ...wish }),
    acceptedAt: at,
    dueAt: at,
    updatedAt: at,
  })
  const queue = createCallbackQueue(store)
  await queue.add({
    id,
    generation: 1,
    priority: undefined,
    requestedAtMs: 0,
    delayMs: untilThenMs,
  })
  await queue.close()
}

it('finds nothing to repair where all is well, and changes nothing', async () => {
  const bundle = await setup()
  const { store } = bundle
  const { redis, ref } = store
  await ensureInboxGroup(store)
  await sendRaw(bundle, sampleCallback('one'))
  const before = await dump(redis, ref.namespace)
  const { status, report } = await repair(bundle, '--yes')
  expect(status).toBe(0)
  expect(report).toMatchObject({ outcome: 'nothing-to-repair', inbox: { aheadMs: 0, entries: 1 } })
  expect(await dump(redis, ref.namespace)).toEqual(before)
})

it.each([
  [['--dry-run'], 'dry-run', 0],
  [[], 'unconfirmed', 2],
] as const)(
  'shows what it would repair and changes nothing: %j',
  async (options, outcome, status) => {
    const bundle = await setup()
    const { redis, ref } = bundle.store
    await redis.xadd(inboxKey(ref), odd, 'intent', 'x')
    await putOff(bundle, { id: 'one' })
    const before = await dump(redis, ref.namespace)
    const repaired = await repair(bundle, ...options)
    expect(repaired.status).toBe(status)
    expect(repaired.report).toMatchObject({ outcome, waiting: { found: 1, retimed: 0 } })
    expect(repaired.report.inbox.aheadMs).toBeGreaterThan(untilThenMs)
    expect(await dump(redis, ref.namespace)).toEqual(before)
  },
)

it.each([
  ['y', 0, 0],
  ['n', 2, 1],
  ['', 2, 1],
] as const)('asks on a terminal, and %j is its answer', async (answer, status, ahead) => {
  const bundle = await setup()
  const { store, redisUrl } = bundle
  const { redis, ref } = store
  await redis.xadd(inboxKey(ref), odd, 'intent', 'x')
  const env = { ...environmentOf(redisUrl, ref.namespace), NO_COLOR: '1' }
  const run = await runCommand({ env, tty: true, stdin: typed(answer) }, 'repair')
  expect(run.status).toBe(status)
  expect(run.stdout).toMatch(
    /^destination default: nothing was repaired; [^]* inbox: ids are \d+ d [^]*Repair this\? \[y\/N\] /,
  )
  expect(run.stdout.includes('brought back into step; 1 entry has a new id')).toBe(status === 0)
  const { aheadMs } = await readStreamPosition(store, { key: inboxKey(ref) })
  expect(Math.sign(aheadMs)).toBe(ahead)
})

describe('promises that were put off', () => {
  it('are due at once, or their delay from now, and are booked once', async () => {
    const bundle = await setup()
    const { store, producer, sandbox } = bundle
    await putOff(bundle, { id: 'at-once' })
    await putOff(bundle, { id: 'sixteen-digits', acceptedAt: '' })
    await putOff(bundle, { id: 'never-queued', state: 'accepted' })
    await putOff(bundle, { id: 'in-an-hour', wish: { delay: 3_600_000 } })
    const notBefore = isoTimestamp(Date.now() + 7_200_000)
    await putOff(bundle, { id: 'not-before', wish: { notBefore } })
    await putOff(bundle, { id: 'long-ended', state: 'booked' })
    await store.redis.set(callbackKey(store.ref, 'foreign'), 'not a hash')

    const earliestMs = Date.now() - 1_000
    const { status, report } = await repair(bundle, '--yes')
    expect(status).toBe(0)
    expect(report).toMatchObject({
      outcome: 'repaired',
      waiting: { found: 5, retimed: 5, unreadable: 0 },
    })
    bundle.startWorker()
    const ids = ['at-once', 'sixteen-digits', 'never-queued']
    await resultsOfAll(bundle, ids)
    for (const id of ids) expect(sandbox.bookingsOf(id), id).toHaveLength(1)
    const held = await producer.status('in-an-hour')
    expect(held).toMatchObject({ state: 'scheduled', attempts: 0 })
    const { acceptedAt = '', dueAt = '' } = held ?? {}
    expect(epochMsOf(acceptedAt)).toBeGreaterThan(earliestMs)
    expect(epochMsOf(dueAt) - epochMsOf(acceptedAt)).toBe(3_600_000)
    expect(await producer.status('not-before')).toMatchObject({
      state: 'scheduled',
      dueAt: notBefore,
    })
    const queue = createCallbackQueue(store)
    expect(await queue.counts()).toMatchObject({ delayed: 3 })
    await queue.close()
    expect((await repair(bundle, '--yes')).report).toMatchObject({ outcome: 'nothing-to-repair' })
  })

  it('are found by a walking worker, where the queue did not learn of it in time', async () => {
    const bundle = await setup()
    await putOff(bundle, { id: 'one' })
    const { store } = bundle
    const { redis, ref } = store
    const { findMistimed } = await import('../../../src/shared/store/reconciliation/mistimed.ts')
    const { retime } = await import('../../../src/shared/store/ledger/retime.ts')
    const keys = [callbackKey(ref, 'one')]
    const [found] = await findMistimed(store, { keys })
    expect(found).toMatchObject({ kind: 'waiting', id: 'one', generation: 1 })
    const wish = { delayMs: undefined, notBefore: undefined }
    await retime(store, { id: 'one', generation: 1, ...wish })
    await redis.hset(callbackKey(ref, 'one'), { dueAt: longAgo, updatedAt: longAgo })
    bundle.startWorker()
    await bundle.recorder.next('job.recovered', ({ id }) => id === 'one')
    await resultsOfAll(bundle, ['one'])
  })

  it('are left alone while an attempt is under way, and where they have gone on', async () => {
    const bundle = await setup()
    for (const state of ['attempting', 'retrying']) await putOff(bundle, { id: state, state })
    const { report } = await repair(bundle, '--yes')
    expect(report).toMatchObject({ outcome: 'nothing-to-repair', waiting: { found: 0 } })
  })

  it('that this version cannot read are left as they are, and said', async () => {
    const bundle = await setup()
    await putOff(bundle, { id: 'newer', wish: { invented: 1 } })
    const { status, report } = await repair(bundle, '--yes')
    expect(status).toBe(1)
    expect(report).toMatchObject({
      outcome: 'incomplete',
      waiting: { found: 1, retimed: 0, unreadable: 1 },
    })
    expect(await bundle.producer.status('newer').catch(() => 'unreadable')).toBe('unreadable')
  })

  it('that expired by the wrong time are named, and live again when they are redriven', async () => {
    const bundle = await setup()
    const { store, producer, recorder } = bundle
    const { redis, ref } = store
    const expiresAt = isoTimestamp(Date.now() + 3_600_000)
    const times = { acceptedAt: inTheYear2286, dueAt: inTheYear2286, updatedAt: inTheYear2286 }
    const key = inboxKey(ref)
    const intent = JSON.stringify({ ...sampleCallback('one'), expiresAt })
    await redis.hset(callbackKey(ref, 'one'), {
      v: '1',
      state: 'dead',
      generation: '1',
      attempts: '0',
      intent,
      expiresAt,
      ...times,
      reason: 'expired',
      code: 'expires-before-due',
      message: 'm',
    })
    await redis.zadd(`{${ref.namespace}:default}:dead-letters`, 1, 'one')
    await redis.xadd(key, odd, 'intent', 'x')
    const { report } = await repair(bundle, '--yes')
    expect(report.expired).toEqual({ found: 1, ids: ['one'] })

    const env = environmentOf(bundle.redisUrl, ref.namespace)
    await runCommand({ env }, 'dead-letters', 'redrive', 'one')
    bundle.startWorker()
    await recorder.next('attempt.settled', ({ id }) => id === 'one')
    expect(await producer.status('one')).toMatchObject({ state: 'booked' })
  })
})

describe('streams that are ahead of the clock', () => {
  it('are brought back under workers and producers at work, and each callback is booked once', async () => {
    const bundle = await setup()
    const { store, producer, sandbox } = bundle
    const { redis, ref } = store
    // No worker dies here, and a busy machine is not to look like one that did: what it held would be sent again, marked.
    for (let nth = 1; nth <= 3; nth += 1) bundle.startWorker({ lockMs: 30_000 })
    await redis.xadd(inboxKey(ref), odd, 'intent', JSON.stringify(sampleCallback('odd')))
    const before = sampleCallbacks(100, 'before')
    const during = sampleCallbacks(400, 'during')
    for (const each of before) await sendRaw(bundle, each)
    const submitting = Promise.all(
      during.map((each, nth) => (nth % 2 === 0 ? producer.enqueue(each) : sendRaw(bundle, each))),
    )
    const { report } = await repair(bundle, '--yes')
    await submitting
    expect(report.outcome).toBe('repaired')
    await sendRaw(bundle, sampleCallback('after'))
    const ids = ['odd', 'after', ...[...before, ...during].map(({ id }) => id)]
    await resultsOfAll(bundle, ids)
    for (const id of ids) expect(sandbox.bookingsOf(id), id).toHaveLength(1)
    const position = await readStreamPosition(store, { key: inboxKey(ref) })
    expect(position).toMatchObject({ aheadMs: 0, entries: 0 })
  })

  it.each(['inbox', 'results'] as const)(
    'are repaired at the last possible id too: the %s takes again',
    async (stream) => {
      const bundle = await setup()
      const { store, producer } = bundle
      const { redis, ref } = store
      const key = stream === 'inbox' ? inboxKey(ref) : resultsKey(ref)
      await redis.xadd(key, last, 'intent', JSON.stringify(sampleCallback('last')))
      await expect(redis.xadd(key, '*', 'intent', 'x')).rejects.toThrow(/last possible ID/)
      const { status, report } = await repair(bundle, '--yes')
      expect(status).toBe(0)
      expect(report[stream]).toMatchObject({
        isExhausted: true,
        realignment: { kind: 'realigned', moved: 1 },
      })
      bundle.startWorker()
      await producer.enqueue(sampleCallback('one'))
      await resultsOfAll(bundle, stream === 'inbox' ? ['one', 'last'] : ['one'])
    },
  )

  it('says so, and repairs the rest, where more waits than can be moved at once', async () => {
    const bundle = await setup()
    const { redis, ref } = bundle.store
    await redis.xadd(inboxKey(ref), odd, 'intent', 'x')
    const adding = redis.pipeline()
    for (let n = 0; n < 5_000; n += 1) adding.xadd(inboxKey(ref), '*', 'intent', 'x')
    await adding.exec()
    await putOff(bundle, { id: 'one' })
    const { status, report } = await repair(bundle, '--yes')
    expect(status).toBe(1)
    expect(report).toMatchObject({
      outcome: 'incomplete',
      inbox: { realignment: { kind: 'too-many', size: 5_001 } },
      waiting: { retimed: 1 },
    })
    const env = environmentOf(bundle.redisUrl, ref.namespace)
    const { stdout } = await runCommand({ env }, 'repair', '--yes')
    expect(stdout).toMatch(
      /^ {2}inbox: ids are \d+ d.* 5001 in it: not repaired, because there are too/m,
    )
  })
})

const longAgo = '2026-02-26T15:40:52.000Z'
