/** A key of the namespace that another program has written: nothing can be taken in, and nothing can be buried. */
import { expect, it } from 'vitest'

import { callbackKey } from '../../src/shared/redis/keys.ts'
import { pause } from '../../src/shared/store/control/pause.ts'
import { sampleCallback, sendRaw } from '../support/callbacks.ts'
import { startPrivateRedis } from '../support/private-redis.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup } from '../support/ringback.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

it('is alive and not ready, and names the bridge, while entries wait and it moves none', async () => {
  const server = await startPrivateRedis()
  const bundle = await setup({ redisUrl: server.url })
  const { redis, ref } = bundle.store
  const worker = await startWorkerProcess(bundle, { RINGBACK_OPS_PORT: '0' })
  const { url } = await worker.next('health.listening')
  const ask = async (path: string) => {
    const response = await fetch(`${String(url)}${path}`)
    return { status: response.status, said: await response.json() }
  }
  const readiness = () => expect.poll(() => ask('/readyz'), { timeout: 30_000 })
  await readiness().toMatchObject({ status: 200, said: { parts: { 'default.bridge': true } } })

  await redis.set(callbackKey(ref, 'one'), 'no ledger')
  await redis.set(`{${ref.namespace}:default}:stats`, 'no counts')
  await sendRaw(bundle, sampleCallback('one'))
  await readiness().toMatchObject({
    status: 503,
    said: { parts: { redis: true, 'default.bridge': false } },
  })
  expect(await ask('/livez')).toMatchObject({ status: 200 })

  await redis.del(callbackKey(ref, 'one'), `{${ref.namespace}:default}:stats`)
  await resultsOfAll(bundle, ['one'])
  const parts = { 'default.bridge': true, 'default.dispatch': 'running' }
  await readiness().toMatchObject({ status: 200, said: { parts } })

  // Nobody is to restart a worker for it.
  await pause(bundle.store, { what: 'dispatch', by: undefined, why: undefined, forMs: undefined })
  const said = { ready: true, parts: { ...parts, 'default.dispatch': 'paused' } }
  await readiness().toMatchObject({ status: 200, said })
}, 60_000)
