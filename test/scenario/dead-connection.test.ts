/** The network between worker and Redis forgets its connections: nothing is closed, and nothing arrives any more. */
import { expect, it } from 'vitest'

import { sampleCallback } from '../support/callbacks.ts'
import { startRedisProxy } from '../support/redis-proxy.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup } from '../support/ringback.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

/** Silence is believed for 30 s (`socketTimeout`), and an entry that was lost in it for 10 s more (a third of the lock). */
const timeoutMs = 75_000

it(
  'notices within half a minute that its connections to Redis have died in silence, and goes on by itself',
  async () => {
    const bundle = await setup()
    const { sandbox, producer } = bundle
    const proxy = await startRedisProxy(bundle.redisUrl)
    const worker = await startWorkerProcess(bundle, {
      RINGBACK_REDIS_URL: proxy.url,
      RINGBACK_LOCK_DURATION: '30s',
      RINGBACK_RETENTION: '1h',
    })
    await producer.enqueue(sampleCallback('earlier'))
    await resultsOfAll(bundle, ['earlier'])
    sandbox.setFaults([{ do: 'slow', delayMs: 200, times: 1 }])
    await producer.enqueue(sampleCallback('held'))
    await sandbox.requestArrived('held')

    proxy.blackHole()
    await producer.enqueue(sampleCallback('later'))
    const lost = await worker.next('redis.lost')
    await resultsOfAll(bundle, ['held', 'later'])

    expect(lost['message']).toContain('Socket timeout')
    for (const id of ['earlier', 'held', 'later']) {
      expect(sandbox.bookingsOf(id)).toHaveLength(1)
      expect(await producer.status(id)).toMatchObject({
        state: 'booked',
        attempts: 1,
        possibleDuplicate: false,
      })
    }
  },
  timeoutMs,
)
