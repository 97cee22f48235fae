/**
 * What a worker of version 1 of the Redis contract left behind, byte for byte as it was written then. The texts below are
 * never to be changed: a newer version has to serve them.
 */
import type { Redis } from 'ioredis'
import { expect, it } from 'vitest'
import { z } from 'zod'

import { redriveDeadLetter } from '../../src/shared/store/dead-letters/dead-letters.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup, type Bundle } from '../support/ringback.ts'

/** 2025-01-01T00:00:00Z; BullMQ orders delayed jobs by their time in ms times 4096. */
const thenMs = 1_735_689_600_000
const delayedScore = thenMs * 4_096

it('serves every callback that a worker of version 1 left behind, in whatever state', async () => {
  // The callbacks are years old; how long one is tried is not what this is about.
  const bundle = await setup({ destination: { retry: patientRetry } })
  const { sandbox, producer } = bundle
  await leaveBehind(bundle)

  bundle.startWorker()
  const ids = ['accepted', 'read', 'scheduled', 'retrying', 'attempting']
  await resultsOfAll(bundle, ids)

  for (const id of ids) {
    expect(sandbox.bookingsOf(`call-${id}`), id).toHaveLength(1)
    expect(await producer.status(id)).toMatchObject({
      state: 'booked',
      attempts: id === 'retrying' || id === 'attempting' ? 2 : 1,
      // Its worker died in the middle of the first attempt.
      possibleDuplicate: id === 'attempting',
    })
  }
})

it.each([
  ['the call id "v2\u200b"', { callId: 'v2\u200b' }],
  ['the call id " v8 "', { callId: ' v8 ' }],
  ['an attribute with a space at its end', { attributes: { note: 'x ' } }],
])('serves %s, which an older version accepted and this one would refuse', async (_, fields) => {
  const bundle = await setup({ destination: { retry: patientRetry } })
  const { store, sandbox, producer, recorder } = bundle
  const { redis } = store
  const key = keyOf(bundle)
  const promised = (id: string) =>
    JSON.stringify({ id, callId: `call-${id}`, callbackNumber: '+18445791189', ...fields })
  // Accepted by the library; no bridge has seen it.
  await redis.xadd(key('inbox'), `${thenMs}-0`, 'intent', promised('accepted'))
  const accepted = { state: 'accepted', entry: `${thenMs}-0`, intent: promised('accepted') }
  await redis.hset(key('callback:accepted'), ledger('accepted', accepted))
  // XADDed with its fields in another order, and opened by a bridge that died then.
  const { id, ...rest } = withId.parse(JSON.parse(promised('opened')))
  await redis.xadd(key('inbox'), `${thenMs}-1`, 'intent', JSON.stringify({ ...rest, id }))
  const opened = { state: 'accepted', entry: `${thenMs}-1`, intent: promised('opened') }
  await redis.hset(key('callback:opened'), ledger('opened', opened))
  await redis.hset(
    key('callback:scheduled'),
    ledger('scheduled', { state: 'scheduled', intent: promised('scheduled') }),
  )
  await queueDelayed(bundle, 'scheduled', '{"v":1}')
  const dead = { state: 'dead', reason: 'exhausted', attempts: '1', intent: promised('redriven') }
  await redis.hset(key('callback:redriven'), ledger('redriven', dead))
  await redis.zadd(key('dead-letters'), thenMs, 'redriven')
  await redriveDeadLetter(store, { id: 'redriven', nowMs: Date.now(), retentionMs: 60_000 })
  // XADDed today: nobody has promised it yet, and of what was promised there is only one.
  await redis.xadd(key('inbox'), '*', 'intent', promised('today'))
  const again = await redis.xadd(key('inbox'), '*', 'intent', promised('accepted'))

  bundle.startWorker()
  const served = ['accepted', 'opened', 'scheduled', 'redriven']
  const refused = ['today', `inbox-${again ?? ''}`]
  await resultsOfAll(bundle, [...served, ...refused])

  for (const each of served) {
    expect(await producer.status(each), each).toMatchObject({ state: 'booked', intent: fields })
  }
  for (const each of refused) {
    expect(await producer.status(each)).toMatchObject({ state: 'dead', code: 'invalid-intent' })
  }
  expect(recorder.of('entry.buried')).toHaveLength(2)
  expect(sandbox.bookings()).toHaveLength(4)
})

it('serves ids that begin with auto- and are not derived, which an older version accepted', async () => {
  const bundle = await setup({ destination: { retry: patientRetry } })
  const { store, producer } = bundle
  const { redis } = store
  const key = keyOf(bundle)
  const promised = (id: string) =>
    JSON.stringify({ id, callId: `call-${id}`, callbackNumber: '+18445791189' })
  const [accepted, redriven, today] = ['auto-accepted', 'auto-redriven', 'auto-today']
  await redis.xadd(key('inbox'), `${thenMs}-0`, 'intent', promised(accepted))
  const open = { state: 'accepted', entry: `${thenMs}-0`, intent: promised(accepted) }
  await redis.hset(key(`callback:${accepted}`), ledger(accepted, open))
  const dead = { state: 'dead', reason: 'exhausted', attempts: '1', intent: promised(redriven) }
  await redis.hset(key(`callback:${redriven}`), ledger(redriven, dead))
  await redis.zadd(key('dead-letters'), thenMs, redriven)
  await redriveDeadLetter(store, { id: redriven, nowMs: Date.now(), retentionMs: 60_000 })
  const refused = await redis.xadd(key('inbox'), '*', 'intent', promised(today))

  bundle.startWorker()
  await resultsOfAll(bundle, [accepted, redriven, `inbox-${refused ?? ''}`])
  expect(await producer.status(accepted)).toMatchObject({ state: 'booked' })
  expect(await producer.status(redriven)).toMatchObject({ state: 'booked' })
  expect(await producer.status(today)).toBeUndefined()
})

it('leaves the job of a newer version waiting and says so, instead of losing it', async () => {
  const bundle = await setup()
  const { store, sandbox, producer, recorder } = bundle
  const key = keyOf(bundle)
  await store.redis.hset(key('callback:newer'), ledger('newer', { state: 'scheduled' }))
  await queueDelayed(bundle, 'newer', '{"v":2,"somethingNew":true}')

  bundle.startWorker()
  const failure = await recorder.next('processor.failed')

  expect(failure).toMatchObject({ id: 'newer' })
  expect(failure.message).toContain('version 2')
  await expect.poll(() => store.redis.zscore(key('callbacks:delayed'), 'cb-1-newer')).not.toBeNull()
  expect(sandbox.requests()).toEqual([])
  expect(await producer.status('newer')).toMatchObject({ state: 'scheduled', attempts: 0 })
})

const withId = z.looseObject({ id: z.string() })

const patientRetry = {
  maxAttempts: 5,
  maxRetryDurationMs: 1e12,
  backoff: { initialMs: 20, factor: 2, maxMs: 200 },
  notFoundGraceMs: 0,
}

/** One callback in each state in which a worker can have left it. */
async function leaveBehind(bundle: Bundle): Promise<void> {
  const { redis } = bundle.store
  const key = keyOf(bundle)

  // Accepted by the library; no bridge has seen it.
  await redis.xadd(key('inbox'), `${thenMs}-0`, 'intent', intent('accepted'))
  await redis.hset(
    key('callback:accepted'),
    ledger('accepted', { state: 'accepted', entry: `${thenMs}-0` }),
  )
  // XADDed, read by a bridge that died before it opened the ledger.
  await redis.xadd(key('inbox'), `${thenMs}-1`, 'intent', intent('read'))
  await redis.xgroup('CREATE', key('inbox'), 'bridge', '0')
  await readAs(redis, key('inbox'), 'host-1-aaaaaaaa')

  await redis.hset(key('callback:scheduled'), ledger('scheduled', { state: 'scheduled' }))
  await queueDelayed(bundle, 'scheduled', '{"v":1}')

  await redis.hset(
    key('callback:retrying'),
    ledger('retrying', {
      state: 'retrying',
      attempts: '1',
      firstAttemptAt: '2025-01-01T00:00:00.100Z',
      'attempt:1':
        '{"startedAt":"2025-01-01T00:00:00.100Z","endedAt":"2025-01-01T00:00:00.155Z","outcome":"unavailable",' +
        '"status":503,"code":"service-unavailable","message":"Salesforce answered 503.","durationMs":55}',
      code: 'service-unavailable',
      message: 'Salesforce answered 503.',
      nextAttemptAt: '2025-01-01T00:00:02.000Z',
    }),
  )
  await queueDelayed(bundle, 'retrying', '{"v":1}')

  await redis.hset(
    key('callback:attempting'),
    ledger('attempting', {
      state: 'attempting',
      attempts: '1',
      claim: '84a6d6e8-8c43-480d-b379-d642799d84c7',
      firstAttemptAt: '2025-01-01T00:00:00.100Z',
      'attempt:1': '{"startedAt":"2025-01-01T00:00:00.100Z"}',
    }),
  )
  // Its lock has long run out.
  await redis.hset(key('callbacks:cb-1-attempting'), {
    ...job('attempting', '{"v":1}'),
    processedOn: `${thenMs}`,
    ats: '1',
  })
  await redis.lpush(key('callbacks:active'), 'cb-1-attempting')
}

function intent(id: string): string {
  return `{"id":"${id}","callId":"call-${id}","callbackNumber":"+18445791189"}`
}

function ledger(id: string, more: Record<string, string>): Record<string, string> {
  return {
    v: '1',
    generation: '1',
    intent: intent(id),
    acceptedAt: '2025-01-01T00:00:00.000Z',
    dueAt: '2025-01-01T00:00:00.000Z',
    updatedAt: '2025-01-01T00:00:00.000Z',
    attempts: '0',
    ...more,
  }
}

function job(id: string, data: string): Record<string, string> {
  return {
    name: 'callback',
    data,
    opts: `{"jobId":"cb-1-${id}","priority":6,"attempts":0}`,
    timestamp: `${thenMs}`,
    delay: '0',
    priority: '6',
  }
}

async function queueDelayed(bundle: Bundle, id: string, data: string): Promise<void> {
  const key = keyOf(bundle)
  await bundle.store.redis.hset(key(`callbacks:cb-1-${id}`), job(id, data))
  await bundle.store.redis.zadd(key('callbacks:delayed'), delayedScore, `cb-1-${id}`)
}

async function readAs(redis: Redis, inbox: string, consumer: string): Promise<void> {
  await redis.xreadgroup('GROUP', 'bridge', consumer, 'COUNT', 10, 'STREAMS', inbox, '>')
}

function keyOf({ store }: Bundle): (name: string) => string {
  return (name) => `{${store.ref.namespace}:default}:${name}`
}
