/** After an outage: what died of it is sent again by the workers, and one of them is killed amid it. */
import { expect, it } from 'vitest'

import { listDeadLetters } from '../../src/shared/store/dead-letters/dead-letters.ts'
import { ask, isOver, plan, untilRun } from '../integration/ops/support/runs.ts'
import { letManyDie } from '../support/dead-letters.ts'
import { setup } from '../support/ringback.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

const breaker = {
  isOn: false,
  attempts: 1_000,
  failurePercent: 100,
  windowMs: 30_000,
  uncertainInARow: 1_000,
  refusalsInARow: 1_000,
  probe: { leastMs: 20, mostMs: 100 },
  rampMs: 100,
}

it('books each of 200 dead letters once, though the worker that carries out the run is killed amid it', async () => {
  const bundle = await setup({ destination: { breaker } })
  const callbacks = await letManyDie(bundle, 200, { fault: { do: 'refuse', status: 422 } })
  const planned = await plan(bundle, 'redrive', '--code', 'http-422')
  expect(planned).toMatchObject({ state: 'planned', counts: { selected: 200, sent: 0 } })
  const first = await startWorkerProcess(bundle)
  await ask(bundle, 'runs', 'start', planned.id, '--rate', '15/s')
  // Alone until now, the first one carries it out: the other has to find out that nobody does any more.
  await startWorkerProcess(bundle)

  const amid = await untilRun(bundle, planned, ({ counts }) => counts.sent >= 50)
  expect(amid).toMatchObject({ state: 'running' })
  expect(amid.counts.remaining).toBeGreaterThan(0)
  await first.kill()

  const done = await untilRun(bundle, planned, isOver)
  expect(done.counts).toMatchObject({ selected: 200, sent: 200, dead: 0, skipped: 0, remaining: 0 })
  for (const { id } of callbacks) {
    const story = await bundle.producer.status(id)
    expect(story).toMatchObject({ state: 'booked', generation: 2 })
    // An attempt that was under way when its worker died may have been heard: that one says so.
    const most = story?.possibleDuplicate === true ? 2 : 1
    expect(bundle.sandbox.bookingsOf(id).length, id).toBeLessThanOrEqual(most)
  }
  expect(await listDeadLetters(bundle.store, { offset: 0, count: 1 })).toEqual([])
}, 120_000)
