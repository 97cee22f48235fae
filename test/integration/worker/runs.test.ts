/** A run sends a frozen selection again: by the workers, a step at a time, and nothing twice. */
import { describe, expect, it } from 'vitest'

import type { RunningWorker } from '../../../src/worker/worker.ts'
import { readQueueDepth } from '../../../src/shared/store/stats/queue-depth.ts'
import { listDeadLetters } from '../../../src/shared/store/dead-letters/dead-letters.ts'
import { pause } from '../../../src/shared/store/control/pause.ts'
import { resume } from '../../../src/shared/store/control/resume.ts'
import type { RunDecision } from '../../../src/ops/operations/runs/decide-run.ts'
import { noBreaker } from '../../support/no-breaker.ts'
import { letManyDie } from '../../support/dead-letters.ts'
import { sampleCallback } from '../../support/callbacks.ts'
import { resultsOfAll } from '../../support/results.ts'
import { setup, type Bundle } from '../../support/ringback.ts'
import { runCommand } from '../ops/support/cli.ts'
import { environmentOf } from '../ops/support/environment.ts'
import { ask, isOver, isPaused, plan, start, untilRun } from '../ops/support/runs.ts'

const nobody = { by: undefined, why: undefined, forMs: undefined }

describe('a run', () => {
  it('sends every dead letter of its plan again once, and tells how each ended', async () => {
    const bundle = await setup({ destination: { breaker: noBreaker } })
    const callbacks = await letManyDie(bundle, 120)
    const run = await start(bundle, 'redrive')
    expect(run).toMatchObject({
      kind: 'redrive',
      counts: { selected: 120, sent: 0, remaining: 120 },
    })
    bundle.startWorker()
    bundle.startWorker()
    const done = await untilRun(bundle, run, isOver)
    expect(done.counts).toMatchObject({
      selected: 120,
      sent: 120,
      booked: 120,
      dead: 0,
      remaining: 0,
    })
    for (const { id } of callbacks) expect(bundle.sandbox.bookingsOf(id)).toHaveLength(1)
    expect(await deadIds(bundle)).toEqual([])
    expect(bundle.recorder.of('maintenance.failed')).toEqual([])
  })

  it('leaves alone what died after its plan was made, and what dies again by it', async () => {
    const bundle = await setup({ destination: { breaker: noBreaker } })
    await letManyDie(bundle, 3, { prefix: 'old' })
    const planned = await plan(bundle, 'redrive')
    await letManyDie(bundle, 2, { prefix: 'new' })
    bundle.sandbox.setFaults([{ do: 'refuse' }])
    bundle.startWorker()
    await ask(bundle, 'runs', 'start', planned.id)
    const done = await untilRun(bundle, planned, isOver)
    expect(done.counts).toMatchObject({ selected: 3, sent: 3, dead: 3, booked: 0 })
    expect(await deadIds(bundle)).toEqual(['new-1', 'new-2', 'old-1', 'old-2', 'old-3'])
    expect(await bundle.producer.status('old-1')).toMatchObject({ generation: 2, attempts: 2 })
    const results = await resultsOfAll(bundle, ['old-1'])
    expect(results.filter(({ runId }) => runId === done.id)).toHaveLength(3)
  })

  it('is planned at the rate that live callbacks leave, as the living workers have it', async () => {
    const bundle = await setup({ destination: { breaker: noBreaker, rate: 10, livePercent: 60 } })
    await letManyDie(bundle, 1)
    bundle.startWorker()
    await expect.poll(async () => (await plan(bundle, 'redrive')).rate).toBe(4)
  })

  it('is started once from a plan', async () => {
    const bundle = await setup({ destination: { breaker: noBreaker } })
    await letManyDie(bundle, 2)
    const planned = await plan(bundle, 'redrive')
    bundle.startWorker()
    expect(await ask(bundle, 'runs', 'start', planned.id)).toMatchObject({ outcome: 'done' })
    await untilRun(bundle, planned, isOver)
    const again = await ask<RunDecision>(bundle, 'runs', 'start', planned.id)
    expect(again).toMatchObject({ outcome: 'refused', run: { state: 'done' } })
    expect(bundle.sandbox.bookings()).toHaveLength(2)
  })

  it('waits while the destination is paused, and goes on by itself', async () => {
    const bundle = await setup({ destination: { breaker: noBreaker } })
    await letManyDie(bundle, 4)
    await pause(bundle.store, { what: 'dispatch', ...nobody })
    bundle.startWorker()
    const run = await start(bundle, 'redrive')
    const waiting = await untilRun(bundle, run, ({ state }) => state === 'waiting')
    expect(waiting).toMatchObject({ stateWhy: 'paused', counts: { sent: 0 } })
    await resume(bundle.store, { what: ['dispatch'] })
    expect(await untilRun(bundle, run, isOver)).toMatchObject({ counts: { booked: 4 } })
  })

  it('waits while Salesforce is failing', async () => {
    const bundle = await setup({ destination: { breaker: shyBreaker } })
    await letManyDie(bundle, 4)
    bundle.sandbox.setFaults([{ do: 'break', status: 503 }])
    await bundle.producer.enqueue(sampleCallback('live'))
    bundle.startWorker()
    await bundle.recorder.next('destination.failing')
    const run = await start(bundle, 'redrive')
    const waiting = await untilRun(bundle, run, ({ state }) => state === 'waiting')
    expect(waiting).toMatchObject({ stateWhy: 'breaker-open', counts: { sent: 0 } })
    bundle.sandbox.setFaults([])
    expect(await untilRun(bundle, run, isOver)).toMatchObject({ counts: { booked: 4 } })
  })

  it('sends a canary, waits for its ends and asks', async () => {
    const bundle = await setup({ destination: { breaker: noBreaker } })
    await letManyDie(bundle, 10)
    bundle.startWorker()
    const planned = await plan(bundle, 'redrive')
    await ask(bundle, 'runs', 'start', planned.id, '--canary', '3')
    const paused = await untilRun(bundle, planned, isPaused)
    expect(paused).toMatchObject({
      stateWhy: 'canary',
      counts: { sent: 3, booked: 3, remaining: 7 },
    })
    await ask(bundle, 'runs', 'resume', planned.id)
    expect(await untilRun(bundle, planned, isOver)).toMatchObject({ counts: { booked: 10 } })
  })

  it('goes on by itself after a canary of which none died, where that was said', async () => {
    const bundle = await setup({ destination: { breaker: noBreaker } })
    await letManyDie(bundle, 10)
    bundle.startWorker()
    const good = await start(bundle, 'redrive', '--canary', '3')
    expect(await untilRun(bundle, good, isOver)).toMatchObject({ counts: { booked: 10 } })
  })

  it('does not go on by itself after a canary that died', async () => {
    const bundle = await setup({ destination: { breaker: noBreaker } })
    await letManyDie(bundle, 10)
    bundle.sandbox.setFaults([{ do: 'refuse', times: 1 }])
    bundle.startWorker()
    const bad = await start(bundle, 'redrive', '--canary', '3')
    const paused = await untilRun(bundle, bad, isPaused)
    expect(paused).toMatchObject({
      stateWhy: 'canary-died',
      counts: { sent: 3, dead: 1, booked: 2 },
    })
  })

  it('stops by itself when too many of its callbacks die', async () => {
    const bundle = await setup({ destination: { breaker: noBreaker } })
    await letManyDie(bundle, 100)
    bundle.sandbox.setFaults([{ do: 'refuse' }])
    bundle.startWorker()
    const run = await start(bundle, 'redrive', '--rate', '20/s')
    const paused = await untilRun(bundle, run, isPaused)
    expect(paused.stateWhy).toBe('too-many-deaths')
    expect(paused.counts.remaining).toBeGreaterThan(0)
  }, 30_000)

  it('is paused, resumed and aborted by whoever says so', async () => {
    const bundle = await setup({ destination: { breaker: noBreaker } })
    await letManyDie(bundle, 30)
    bundle.startWorker()
    const run = await start(bundle, 'redrive', '--rate', '1/s')
    await untilRun(bundle, run, ({ counts }) => counts.sent > 0)
    await ask(bundle, 'runs', 'pause', run.id, '--by', 'ops', '--reason', 'a test')
    const paused = await untilRun(bundle, run, ({ counts }) => counts.outstanding === 0)
    expect(paused).toMatchObject({
      state: 'paused',
      stateWhy: 'asked',
      stateBy: 'ops',
      stateReason: 'a test',
    })
    await ask(bundle, 'runs', 'resume', run.id, '--rate', '5/s')
    await untilRun(bundle, run, ({ counts }) => counts.sent > paused.counts.sent)
    expect(await ask(bundle, 'runs', 'abort', run.id)).toMatchObject({ outcome: 'done' })
    const aborted = await untilRun(bundle, run, ({ counts }) => counts.outstanding === 0)
    expect(aborted.counts.remaining).toBeGreaterThan(0)
    expect(await deadIds(bundle)).toHaveLength(aborted.counts.remaining)
    expect(await ask(bundle, 'runs', 'resume', run.id)).toMatchObject({ outcome: 'refused' })
  })

  it('takes no more than its own rate', async () => {
    const bundle = await setup({ destination: { breaker: noBreaker } })
    await letManyDie(bundle, 60)
    bundle.startWorker()
    const before = bundle.sandbox.requests().length
    const run = await start(bundle, 'redrive', '--rate', '20/s')
    await untilRun(bundle, run, isOver)
    const times = bundle.sandbox
      .requests()
      .slice(before)
      .map(({ receivedAt }) => Date.parse(receivedAt))
    // Sixty at twenty a second, a second's worth of which goes at once.
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThanOrEqual(1_500)
  })

  it('lets callbacks go first that customers ask for meanwhile', async () => {
    const bundle = await setup({ destination: { breaker: noBreaker, rate: 20, livePercent: 30 } })
    await letManyDie(bundle, 40, { requestedAt: '2026-02-26T15:40:52Z' })
    bundle.startWorker()
    const before = bundle.sandbox.requests().length
    const run = await start(bundle, 'redrive', '--rate', 'none')
    await untilRun(bundle, run, ({ counts }) => counts.sent === 40)
    await bundle.producer.enqueue(sampleCallback('live'))
    await bundle.sandbox.until(() => bundle.sandbox.bookingsOf('live').length === 1)
    // A handful of seconds' worth of the run was before it.
    expect(bundle.sandbox.requests().length - before).toBeLessThan(30)
  })

  it('discards what its filter names, and nothing else', async () => {
    const bundle = await setup({ destination: { breaker: noBreaker } })
    await letManyDie(bundle, 5, { prefix: 'bad', fault: { do: 'refuse', status: 422 } })
    await letManyDie(bundle, 3, { prefix: 'good', fault: { do: 'refuse', status: 400 } })
    bundle.startWorker()
    const run = await start(bundle, 'dead-letters', 'discard', '--code', 'http-422')
    const done = await untilRun(bundle, run, isOver)
    expect(done).toMatchObject({ kind: 'discard', counts: { selected: 5, sent: 5, remaining: 0 } })
    expect(await deadIds(bundle)).toEqual(['good-1', 'good-2', 'good-3'])
    expect(bundle.sandbox.bookings()).toEqual([])
  })

  it('does not wait for the end of what was erased meanwhile, whose id says its number', async () => {
    const bundle = await setup({ destination: { breaker: noBreaker, retry: patient } })
    const [named, other] = await letManyDie(bundle, 2, { prefix: 'of-18445791189-no' })
    bundle.sandbox.setFaults([{ do: 'break', status: 503 }])
    bundle.startWorker()
    const run = await start(bundle, 'redrive')
    await untilRun(bundle, run, ({ counts }) => counts.outstanding === 2)
    for (const { id = '' } of [{ ...named }, { ...other }]) {
      await expect
        .poll(async () => (await bundle.producer.status(id))?.state, { timeout: 10_000 })
        .toBe('retrying')
    }
    const erasing = ['erase', '--number', '+18445791189']
    expect(await ask(bundle, ...erasing, '--yes')).toMatchObject({ outcome: 'erased' })
    const done = await untilRun(bundle, run, isOver)
    expect(done.counts).toMatchObject({ sent: 2, notFollowed: 2, outstanding: 0 })
  })

  it('replays what was booked in a time, marked, and keeps the first record id', async () => {
    const bundle = await setup({ destination: { breaker: noBreaker } })
    const worker = bundle.startWorker()
    await bundle.producer.enqueue(sampleCallback('lost'))
    const [first] = await resultsOfAll(bundle, ['lost'])
    const run = await start(bundle, 'replay', '--since', '1h', '--state', 'booked')
    expect(run).toMatchObject({ mayBeBooked: 1, counts: { selected: 1 } })
    const done = await untilRun(bundle, run, isOver)
    expect(done.counts).toMatchObject({ sent: 1, booked: 1, remaining: 0 })
    const record = await bundle.producer.status('lost')
    expect(record).toMatchObject({
      state: 'booked',
      generation: 2,
      possibleDuplicate: true,
      attempts: 2,
    })
    expect(record?.otherRecordIds).toEqual([first?.recordId])
    expect(record?.recordId).not.toBe(first?.recordId)
    await worker.stop()
  })
})

const shyBreaker = { ...noBreaker, isOn: true }

const patient = {
  maxAttempts: 5,
  maxRetryDurationMs: 6_000_000,
  notFoundGraceMs: 0,
  backoff: { initialMs: 600_000, factor: 1, maxMs: 600_000 },
}

async function deadIds({ store }: Bundle): Promise<string[]> {
  const letters = await listDeadLetters(store, { offset: 0, count: 1_000 })
  return letters.map(({ id }) => id).toSorted()
}

describe('a cancel by attribute', () => {
  const wanted = ['cancel', '--attribute', 'campaign=spring']

  async function waiting(bundle: Bundle): Promise<void> {
    for (const [id, campaign] of [
      ['one', 'spring'],
      ['two', 'spring'],
      ['other', 'autumn'],
    ] as const) {
      await bundle.producer.enqueue({
        ...sampleCallback(id),
        attributes: { campaign },
        delay: '1h',
      })
    }
  }

  it('cancels what waits with it, and nothing else', async () => {
    const bundle = await setup({ destination: { breaker: noBreaker } })
    await waiting(bundle)
    const planned = await plan(bundle, ...wanted)
    expect(planned).toMatchObject({ kind: 'cancel', counts: { selected: 2 }, rate: 'none' })
    await bundle.producer.enqueue({
      ...sampleCallback('later'),
      attributes: { campaign: 'spring' },
      delay: '1h',
    })
    bundle.startWorker()
    await ask(bundle, 'runs', 'start', planned.id, '--by', 'ana')
    const done = await untilRun(bundle, planned, isOver)
    expect(done.counts).toMatchObject({ sent: 2, skipped: 0, remaining: 0, outstanding: 0 })
    for (const id of ['one', 'two']) {
      expect(await bundle.producer.status(id)).toMatchObject({
        state: 'cancelled',
        cancelledBy: 'ana',
      })
    }
    for (const id of ['other', 'later']) {
      expect(await bundle.producer.status(id)).not.toMatchObject({ state: 'cancelled' })
    }
    await expect.poll(async () => (await readQueueDepth(bundle.store)).waiting).toBe(2)
  })

  it('does so while the destination is paused', async () => {
    const bundle = await setup({ destination: { breaker: noBreaker } })
    await waiting(bundle)
    await pause(bundle.store, { what: 'dispatch', ...nobody })
    bundle.startWorker()
    const run = await start(bundle, ...wanted)
    expect(await untilRun(bundle, run, isOver)).toMatchObject({ counts: { sent: 2 } })
  })

  it('comes to every one of many', async () => {
    const bundle = await setup({ destination: { breaker: noBreaker } })
    const many = Array.from({ length: 700 }, (_, index) => sampleCallback(`many-${index}`))
    const attributes = { campaign: 'spring' }
    const intents = many.map((each) => ({ ...each, attributes, delay: '1h' }))
    for await (const { kind } of bundle.producer.enqueueMany(intents)) expect(kind).toBe('accepted')
    bundle.startWorker()
    const run = await start(bundle, ...wanted)
    expect(await untilRun(bundle, run, isOver)).toMatchObject({
      counts: { selected: 700, sent: 700, skipped: 0 },
    })
  })
})

describe('a replay that verifies', () => {
  const wanted = ['replay', '--since', '1h', '--verify']

  async function booked(bundle: Bundle, ...ids: string[]): Promise<RunningWorker> {
    const worker = bundle.startWorker()
    for (const id of ids) await bundle.producer.enqueue(sampleCallback(id))
    for (const id of ids) await bundle.sandbox.booked(id)
    await resultsOfAll(bundle, ids)
    return worker
  }

  const verifying = { destination: { breaker: noBreaker, onUncertain: 'verify' } } as const

  it('sends what Salesforce has lost, and nothing that it still has', async () => {
    const bundle = await setup(verifying)
    await booked(bundle, 'kept-1', 'lost', 'kept-2')
    bundle.sandbox.forget('lost')
    const run = await start(bundle, ...wanted)
    const done = await untilRun(bundle, run, isOver)
    expect(done.filter).toMatchObject({ verify: true })
    expect(done.counts).toMatchObject({
      selected: 3,
      sent: 1,
      booked: 1,
      skipped: 2,
      stillBooked: 2,
      unclear: 0,
      remaining: 0,
    })
    for (const id of ['kept-1', 'lost', 'kept-2']) {
      expect(bundle.sandbox.bookingsOf(id)).toHaveLength(1)
    }
  })

  it('leaves out what Salesforce cannot say of', async () => {
    const bundle = await setup(verifying)
    bundle.startWorker()
    // More of one number than Salesforce lists at once: what is not on the list may be there all the same.
    const ids = Array.from({ length: 51 }, (_, index) => `one-${index}`)
    const { callbackNumber } = sampleCallback('one')
    for (const id of ids) await bundle.producer.enqueue({ ...sampleCallback(id), callbackNumber })
    await resultsOfAll(bundle, ids)
    bundle.sandbox.forget('one-7')
    const run = await start(bundle, ...wanted)
    const done = await untilRun(bundle, run, isOver)
    expect(done.counts).toMatchObject({ sent: 0, skipped: 51, stillBooked: 50, unclear: 1 })
    expect(bundle.sandbox.bookingsOf('one-7')).toEqual([])
  })

  it('waits while Salesforce cannot be asked, and goes on by itself', async () => {
    const bundle = await setup(verifying)
    await booked(bundle, 'one')
    bundle.sandbox.forget('one')
    bundle.sandbox.setFaults([{ do: 'break', status: 503, on: 'query', times: 3 }])
    const run = await start(bundle, ...wanted)
    expect(await untilRun(bundle, run, isOver)).toMatchObject({ counts: { sent: 1, booked: 1 } })
  })

  it('is not planned where the workers do not verify', async () => {
    const bundle = await setup({ destination: { breaker: noBreaker } })
    await booked(bundle, 'one')
    const env = environmentOf(bundle.redisUrl, bundle.store.ref.namespace)
    expect(await runCommand({ env }, ...wanted, '--plan')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('RINGBACK_ON_UNCERTAIN=verify') as string,
    })
  })

  it.each([
    ['Salesforce refuses the question', verifying],
    ['the destination does not verify', { destination: { breaker: noBreaker } }],
  ])('pauses, and sends nothing, where %s', async (_, options) => {
    const bundle = await setup(options)
    const worker = await booked(bundle, 'one')
    // Nobody is there who could say so beforehand.
    await worker.stop()
    bundle.sandbox.setFaults([{ do: 'refuse', status: 403, on: 'query' }])
    const run = await start(bundle, ...wanted)
    bundle.startWorker()
    const paused = await untilRun(bundle, run, isPaused)
    expect(paused).toMatchObject({ stateWhy: 'cannot-verify', counts: { sent: 0 } })
    expect(bundle.sandbox.bookingsOf('one')).toHaveLength(1)
  })
})
