/** What holds callbacks back, and lets them go again, over all workers of a destination. */
import { describe, expect, it } from 'vitest'

import type { DestinationConfig } from '../../../src/shared/config/config.ts'
import { pause } from '../../../src/shared/store/control/pause.ts'
import { resume } from '../../../src/shared/store/control/resume.ts'
import { epochMsOf } from '../../../src/shared/time/timestamp.ts'
import { sampleCallback, sampleCallbacks } from '../../support/callbacks.ts'
import { resultsOfAll } from '../../support/results.ts'
import { setup, type Bundle } from '../../support/ringback.ts'

const breaker: DestinationConfig['breaker'] = {
  isOn: true,
  attempts: 10,
  failurePercent: 70,
  windowMs: 30_000,
  uncertainInARow: 5,
  refusalsInARow: 10,
  probe: { leastMs: 20, mostMs: 100 },
  rampMs: 100,
}
const nobody = { by: undefined, why: undefined }

async function enqueueAll({ producer }: Bundle, callbacks: ReturnType<typeof sampleCallbacks>) {
  for (const callback of callbacks) await producer.enqueue(callback)
}

const inARow = (count: number) => sampleCallbacks(count).map(({ id }) => id)

describe('while Salesforce is away', () => {
  it('nothing is sent but probes, no callback loses an attempt, and each is booked once', async () => {
    const bundle = await setup({ destination: { breaker, concurrency: 2 } })
    const { sandbox, recorder, producer, startWorker } = bundle
    const callbacks = sampleCallbacks(60)
    sandbox.setFaults([{ do: 'break', status: 503 }])
    await enqueueAll(bundle, callbacks)
    startWorker()
    startWorker()
    await recorder.next('destination.failing')
    const before = sandbox.requests().length
    // Ten to open it, and those that were under way meanwhile.
    expect(before).toBeLessThanOrEqual(10 + 2 * 2)
    await sandbox.until(() => sandbox.requests().length >= before + 15)
    sandbox.setFaults([])
    const results = await resultsOfAll(bundle, inARow(60))
    expect(results.filter(({ state }) => state !== 'booked')).toEqual([])
    expect(sandbox.bookings()).toHaveLength(60)
    const [recovered] = recorder.of('destination.recovered')
    expect(recovered).toMatchObject({ destination: 'default' })
    for (const { id } of callbacks) {
      expect(await producer.status(id)).toMatchObject({ state: 'booked', possibleDuplicate: false })
    }
  })

  it('a probe that fails takes nothing off what its callback may be tried', async () => {
    const retry = { maxAttempts: 3, maxRetryDurationMs: 60_000, notFoundGraceMs: 0 }
    const bundle = await setup({
      destination: {
        breaker: { ...breaker, attempts: 1 },
        retry: { ...retry, backoff: { initialMs: 1, factor: 1, maxMs: 1 } },
      },
    })
    const { sandbox, startWorker } = bundle
    sandbox.setFaults([{ do: 'break', status: 503, times: 12 }])
    await enqueueAll(bundle, [sampleCallback('one')])
    startWorker()
    await sandbox.booked('one')
    const [result] = await resultsOfAll(bundle, ['one'])
    expect(result).toMatchObject({ state: 'booked', attempts: 13 })
  })

  it('a refusal of every callback stops after ten, and the others are booked when it is over', async () => {
    const bundle = await setup({ destination: { breaker, concurrency: 1 } })
    const { sandbox, recorder, startWorker } = bundle
    sandbox.setFaults([{ do: 'refuse', status: 403, code: 'FUNCTIONALITY_NOT_ENABLED' }])
    await enqueueAll(bundle, sampleCallbacks(30))
    startWorker()
    const { code } = await recorder.next('destination.failing')
    expect(code).toBe('http-403')
    const before = sandbox.requests().length
    await sandbox.until(() => sandbox.requests().length >= before + 5)
    sandbox.setFaults([])
    const results = await resultsOfAll(bundle, inARow(30))
    expect(results.filter(({ state }) => state === 'dead')).toHaveLength(10)
    expect(results.filter(({ state }) => state === 'booked')).toHaveLength(20)
  })
})

describe('a pause', () => {
  it('holds what is due, accepts what comes, and goes on where it was', async () => {
    const bundle = await setup()
    const { store, sandbox, recorder, startWorker } = bundle
    await pause(store, { what: 'dispatch', by: 'ops', why: 'a test', forMs: undefined })
    startWorker()
    await enqueueAll(bundle, sampleCallbacks(3))
    const areScheduled = () => recorder.of('callback.scheduled').length === 3
    await recorder.next('callback.scheduled', areScheduled)
    expect(await recorder.next('dispatch.paused')).toMatchObject({ by: 'ops', why: 'a test' })
    expect(sandbox.requests()).toEqual([])
    await resume(store, { what: ['dispatch'] })
    await resultsOfAll(bundle, inARow(3))
    expect(recorder.of('dispatch.resumed')).toHaveLength(1)
  })

  it('holds a callback whose worker was sure that nothing is limited', async () => {
    const bundle = await setup()
    const { store, sandbox, recorder, startWorker } = bundle
    startWorker()
    await enqueueAll(bundle, [sampleCallback('one')])
    await sandbox.booked('one')
    await pause(store, { what: 'dispatch', ...nobody, forMs: undefined })
    await enqueueAll(bundle, [sampleCallback('two')])
    await recorder.next('dispatch.paused')
    expect(sandbox.requests()).toHaveLength(1)
    await resume(store, { what: ['dispatch'] })
    await sandbox.booked('two')
    expect(recorder.of('processor.failed')).toEqual([])
  })
})

it('a rate is kept by two workers together, also by what becomes due one by one', async () => {
  const bundle = await setup({ destination: { rate: 40 } })
  const { sandbox, startWorker } = bundle
  startWorker()
  startWorker()
  await enqueueAll(bundle, sampleCallbacks(80))
  await resultsOfAll(bundle, inARow(80))
  const at = sandbox.requests().map(({ receivedAt }) => epochMsOf(receivedAt))
  // 79 moments of 25 ms. One may be caught up with, and the first may have come late on a busy machine.
  expect((at.at(-1) ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(70 * 25)
})

it('no more are under way than may be, over two workers together', async () => {
  const bundle = await setup({ destination: { maxInFlight: 3 } })
  const { sandbox, startWorker } = bundle
  let [now, most] = [0, 0]
  sandbox.on(({ kind }) => {
    if (kind === 'request') most = Math.max(most, (now += 1))
    if (kind === 'ending') now -= 1
  })
  sandbox.setFaults([{ do: 'slow', delayMs: 20 }])
  await enqueueAll(bundle, sampleCallbacks(24))
  startWorker()
  startWorker()
  await resultsOfAll(bundle, inARow(24))
  expect(most).toBe(3)
})
