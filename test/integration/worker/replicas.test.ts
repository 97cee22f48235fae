/** An attempt is sent when replicas know of it: a primary that is lost with what it alone knew would have the callback sent again. */
import { beforeEach, expect, it, onTestFinished } from 'vitest'

import { callbackKey } from '../../../src/shared/redis/keys.ts'
import type { DestinationStore } from '../../../src/shared/redis/destination-store.ts'
import { createReplicas } from '../../../src/worker/attempt/replicas.ts'
import { runAttempt } from '../../../src/worker/attempt/run-attempt.ts'
import { anyPass } from '../../support/any-pass.ts'
import { attemptContext } from '../../support/attempt-context.ts'
import { sampleCallback } from '../../support/callbacks.ts'
import { keeping, startRedisProcess, type RedisProcess } from '../../support/redis-process.ts'
import { scheduled } from '../../support/scheduled.ts'
import { setup } from '../../support/ringback.ts'
import { json, webServer } from '../salesforce/support/local-peer.ts'

let primary: RedisProcess
let replica: RedisProcess
beforeEach(async () => {
  primary = await startRedisProcess({ lines: keeping })
  const line = `replicaof 127.0.0.1 ${primary.port}`
  replica = await startRedisProcess({ lines: [...keeping, line] })
  await caughtUp()
})

/** The replica has everything, and the primary knows that. */
async function caughtUp(): Promise<void> {
  do await primary.admin.set('anything', 'at all')
  while ((await primary.admin.wait(1, 100)) < 1)
}

/** A callback that is due, and what the replica knew of it when its request came. */
async function dueCallback() {
  const bundle = await setup({ redisUrl: `redis://127.0.0.1:${primary.port}` })
  const { store, producer } = bundle
  const known: (string | null)[] = []
  const server = await webServer(async (response) => {
    known.push(await replica.admin.hget(callbackKey(store.ref, 'one'), 'attempt:1'))
    json(response, 200, { recordId: '0TzLT00000000w50AA' })
  })
  await scheduled({ store, intent: JSON.stringify(sampleCallback('one')), queued: false })
  const context = attemptContext(bundle, { baseUrl: server.baseUrl, replicas: asking(store) })
  const attempt = () =>
    runAttempt(
      { job: { id: 'one', generation: 1 }, pass: anyPass, context },
      new AbortController().signal,
    )
  return { store, context, attempt, known, status: () => producer.status('one') }
}

function asking(store: DestinationStore) {
  const replicas = createReplicas(store, { replicas: 1, timeoutMs: 3_000 })
  onTestFinished(() => replicas.close())
  return replicas
}

it('is sent once a replica knows that it has begun', async () => {
  const { attempt, known, status } = await dueCallback()
  await attempt()
  expect(known).toEqual([expect.stringContaining('startedAt')])
  expect(await status()).toMatchObject({ state: 'booked', attempts: 1 })
})

it('is not sent while none does, and is tried again', async () => {
  const { attempt, context, known, status } = await dueCallback()
  await replica.admin.replicaof('127.0.0.1', 1)
  await attempt()
  expect(known).toEqual([])
  expect(await status()).toMatchObject({
    state: 'retrying',
    code: 'not-replicated',
    message: expect.stringContaining('0 of 1 replicas knew of it within 3s') as unknown,
    possibleDuplicate: false,
  })

  await replica.admin.replicaof('127.0.0.1', primary.port)
  await caughtUp()
  context.clock.nowMs += 10_000
  await attempt()
  expect(await status()).toMatchObject({ state: 'booked', attempts: 2 })
})

it('is not sent where Redis does not let its user ask, and says so', async () => {
  const { store, attempt, known, status } = await dueCallback()
  await store.redis.call('ACL', 'SETUSER', 'default', '-wait')
  await attempt()
  expect(known).toEqual([])
  expect(await status()).toMatchObject({
    code: 'not-replicated',
    message: expect.stringContaining('NOPERM') as unknown,
  })
})
