/** A vendor who has nothing but `XADD` sends entries that no intent is like; everybody else goes on. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { describe, expect, it, onTestFinished } from 'vitest'

import { callbackKey } from '../../src/shared/redis/keys.ts'
import { sampleCallbacks, sendRaw } from '../support/callbacks.ts'
import {
  entryOfMany,
  entryOfOne,
  sendHostile,
  type HostileEntry,
} from '../support/hostile-entries.ts'
import { startPrivateRedis } from '../support/private-redis.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup } from '../support/ringback.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

const megabyte = 1_048_576
const small = Buffer.from('x')
/** No answer of the worker takes longer, however busy the machine is. It was twenty times that when it decoded everything. */
const mostMs = 1_500

const attacks: readonly (readonly [string, () => readonly HostileEntry[]])[] = [
  ['a field name of 64 MB', () => [entryOfOne(Buffer.alloc(64 * megabyte, 0x61), small)]],
  [
    '90 MB of control characters and no intent',
    () => [entryOfOne(Buffer.from('note'), Buffer.alloc(90 * megabyte, 0x01))],
  ],
  ['1.5 million fields of one letter', () => [entryOfMany(1_500_000, 'a', 'b')]],
  [
    'three hundred entries, each as large as any may be',
    () =>
      Array.from({ length: 300 }, () =>
        entryOfOne(Buffer.from('note'), Buffer.alloc(65_532, 0x01)),
      ),
  ],
]

describe('with a heap of 256 MB', () => {
  it.each(attacks)(
    'a worker books everybody else’s callbacks, and stays ready: %s',
    async (_, attack) => {
      const redis = await startPrivateRedis()
      const bundle = await setup({ redisUrl: redis.url })
      // As Redis is by itself.
      await bundle.store.redis.config('SET', 'proto-max-bulk-len', `${512 * megabyte}`)
      const worker = await startWorkerProcess(bundle, {
        RINGBACK_OPS_PORT: '0',
        RINGBACK_LOCK_DURATION: '8s',
        NODE_OPTIONS: '--max-old-space-size=256',
      })
      const { url } = await worker.next('health.listening')
      const callbacks = sampleCallbacks(30, 'honest')
      const health = watchHealth(String(url))

      const entryIds: string[] = []
      for (const callback of callbacks.slice(0, 10)) await sendRaw(bundle, callback)
      for (const entry of attack()) entryIds.push(await sendHostile(bundle, entry))
      for (const callback of callbacks.slice(10)) await sendRaw(bundle, callback)

      const ids = entryIds.map((entryId) => `inbox-${entryId}`)
      const honest = callbacks.map(({ id }) => id)
      const results = await resultsOfAll(bundle, [...ids, ...honest])
      expect(results.filter(({ state }) => state === 'booked')).toHaveLength(callbacks.length)
      expect(results.filter(({ possibleDuplicate }) => possibleDuplicate)).toEqual([])
      for (const id of ids) {
        expect(
          await bundle.store.redis.hstrlen(callbackKey(bundle.store.ref, id), 'raw'),
        ).toBeLessThan(524_288)
      }
      expect(await bundle.store.redis.xlen(`{${bundle.store.ref.namespace}:default}:inbox`)).toBe(0)
      const { slowestMs, statuses } = await health.stop()
      expect(statuses).toEqual(new Set([200]))
      expect(slowestMs).toBeLessThan(mostMs)
      expect(worker.complaints()).toBe('')
    },
    60_000,
  )
})

interface SeenHealth {
  slowestMs: number
  statuses: number[]
}

/** How the worker answers from now on. */
function watchHealth(url: string) {
  const asking = new URL('../support/watch-health.mjs', import.meta.url)
  const thread = new Worker(asking, { workerData: url })
  onTestFinished(async () => {
    await thread.terminate()
  })
  const stop = async () => {
    thread.postMessage('stop')
    const [seen] = (await once(thread, 'message')) as [SeenHealth]
    const ready = await fetch(`${url}/readyz`)
    return { slowestMs: seen.slowestMs, statuses: new Set([...seen.statuses, ready.status]) }
  }
  return { stop }
}
