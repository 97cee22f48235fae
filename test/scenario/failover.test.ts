/** The address of Redis leads to another server, and the one that was behind it stays there, as its replica. */
import { expect, it } from 'vitest'

import { createProducer, RingbackError } from '../../src/producer/index.ts'
import { systemClock } from '../../src/shared/time/clock.ts'
import { sampleCallback } from '../support/callbacks.ts'
import { startPair } from '../support/replica.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup } from '../support/ringback.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

const withinMs = 15_000

it('goes on within 15 seconds after the primary has become a replica and its address leads elsewhere', async () => {
  const pair = await startPair()
  const address = await startTcpProxy(pair.primary)
  const redisUrl = `redis://${address.authority}`
  const bundle = await setup({ redisUrl })
  const { sandbox, producer } = bundle
  const worker = await startWorkerProcess(bundle, { RINGBACK_LOCK_DURATION: '2s' })
  await producer.enqueue(sampleCallback('earlier'))
  await resultsOfAll(bundle, ['earlier'])
  await producer.enqueue({ ...sampleCallback('waiting'), delay: 'PT6S' })
  sandbox.setFaults([{ do: 'slow', delayMs: 3_000, match: { callId: 'under-way' } }])
  await producer.enqueue(sampleCallback('under-way'))
  await sandbox.requestArrived('under-way')

  address.leadTo(pair.replica)
  await pair.swapRoles()
  const swappedAtMs = systemClock.monotonic()
  const refusals: string[] = []
  const { namespace } = bundle.store.ref
  await untilAccepted(() => producer.enqueue(sampleCallback('later')), refusals)
  const afterwards = createProducer({ redisUrl: pair.replica, namespace })
  await resultsOfAll({ ...bundle, redisUrl: pair.replica }, [
    'earlier',
    'waiting',
    'under-way',
    'later',
  ])

  expect(systemClock.monotonic() - swappedAtMs).toBeLessThan(withinMs)
  expect(refusals.filter((text) => /did not answer: .*(READONLY|replica)/.test(text))).toEqual([])
  for (const id of ['earlier', 'waiting', 'under-way', 'later']) {
    expect(sandbox.bookingsOf(id)).toHaveLength(1)
    expect(await afterwards.status(id)).toMatchObject({ state: 'booked', possibleDuplicate: false })
  }
  await afterwards.close()
  expect(worker.complaints()).toBe('')
}, 60_000)

/** As a producer repeats it that was told to: under the same id. */
async function untilAccepted(enqueue: () => Promise<unknown>, refusals: string[]): Promise<void> {
  for (;;) {
    try {
      await enqueue()
      return
    } catch (error) {
      if (!(error instanceof RingbackError) || error.code !== 'redis-unavailable') throw error
      refusals.push(error.message)
      await systemClock.sleep(20)
    }
  }
}
