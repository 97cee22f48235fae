import { describe, expect, it } from 'vitest'

import { jobPriority } from '../../../../../src/queue/job-priority.ts'
import type { Admission } from '../../../../../src/shared/delivery/admission.ts'
import {
  controlKey,
  dueJobsKey,
  inFlightKey,
  paceKey,
} from '../../../../../src/shared/redis/keys.ts'
import { admit, type AdmitInput } from '../../../../../src/shared/store/control/admit.ts'
import { pause } from '../../../../../src/shared/store/control/pause.ts'
import { release } from '../../../../../src/shared/store/control/release.ts'
import { resume } from '../../../../../src/shared/store/control/resume.ts'
import { setRate } from '../../../../../src/shared/store/control/set-rate.ts'
import { ledgerWith, type Ledger } from '../../../../support/ledger.ts'

const nobody = { by: undefined, why: undefined }

/** A destination in whose queue something is due. */
async function destination() {
  const { store } = await ledgerWith()
  await store.redis.zadd(dueJobsKey(store.ref), 1, 'cb-1-one')
  let asked = 0
  const ask = (more: Partial<AdmitInput> = {}) =>
    admit(store, {
      claim: `claim-${(asked += 1)}`,
      rate: undefined,
      maxInFlight: undefined,
      livePercent: 30,
      hasJob: false,
      lookaheadMs: 100,
      leaseMs: 10_000,
      ...more,
    })
  return { store, ask }
}

function claimOf(admission: Admission): string {
  return admission.kind === 'go' ? (admission.pass.claim ?? '') : ''
}

/** The answers up to the first that says to wait. */
async function untilWait(ask: () => Promise<Admission>): Promise<Admission[]> {
  const answers: Admission[] = []
  for (;;) {
    const answer = await ask()
    if (answer.kind !== 'go') return answers
    answers.push(answer)
  }
}

async function breakerIs({ store }: Pick<Ledger, 'store'>, openForMs: number) {
  const { redis, ref } = store
  const nowMs = Number((await redis.time())[0]) * 1_000
  await redis.hset(controlKey(ref), {
    version: '7',
    breaker: 'open',
    breakerCause: 'failures',
    breakerUntil: nowMs + openForMs,
  })
}

it('any number may go where nothing is limited', async () => {
  const { ask } = await destination()
  expect(await ask()).toEqual({
    kind: 'free',
    pass: { claim: undefined, version: '0', probeOf: undefined },
  })
})

it('nothing is reserved where nothing is due', async () => {
  const { store, ask } = await destination()
  await store.redis.del(dueJobsKey(store.ref))
  expect(await ask({ rate: 1 })).toEqual({ kind: 'idle' })
  expect(await ask({ rate: 1, hasJob: true })).toMatchObject({ kind: 'go', afterMs: 0 })
})

describe('a rate', () => {
  it('gives out moments that are evenly apart, and none further ahead than it looks', async () => {
    const { ask } = await destination()
    const answers = await untilWait(() => ask({ rate: 50, lookaheadMs: 500 }))
    const afterMs = answers.map((each) => (each.kind === 'go' ? each.afterMs : NaN))
    // Each is so much later, less what passed between the two questions.
    expect(afterMs.length).toBeGreaterThanOrEqual(26)
    for (const [index, ms] of afterMs.entries()) expect(ms).toBeLessThanOrEqual(index * 20)
    expect(Math.max(...afterMs)).toBeGreaterThan(480)
    expect(Math.max(...afterMs)).toBeLessThanOrEqual(500)
  })

  it('catches up with one moment after a rest, and not with all that were missed', async () => {
    const { store, ask } = await destination()
    await ask({ rate: 10 })
    await store.redis.hincrby(paceKey(store.ref), 'next', -60_000_000)
    expect((await untilWait(() => ask({ rate: 10 }))).length).toBeLessThanOrEqual(3)
  })

  it('says of a moment that is over how long it has been', async () => {
    const { store, ask } = await destination()
    await ask({ rate: 10 })
    await store.redis.hincrby(paceKey(store.ref), 'next', -150_000)
    const late = await ask({ rate: 10 })
    expect(late.kind === 'go' && late.afterMs).toBeLessThan(-40)
  })

  it('that somebody has set holds in place of the configured one, until it is taken back', async () => {
    const { store, ask } = await destination()
    await setRate(store, { rate: 0.1, ...nobody })
    expect(await ask({ rate: 1_000 })).toMatchObject({ kind: 'go', pass: { version: '1' } })
    const wait = await ask({ rate: 1_000 })
    expect(wait.kind === 'wait' && wait.ms).toBeGreaterThan(9_000)
    await setRate(store, { rate: 'none', ...nobody })
    expect(await ask({ rate: 1_000 })).toMatchObject({ kind: 'free', pass: { version: '2' } })
    await setRate(store, { rate: undefined, ...nobody })
    expect(await ask({ rate: 1_000 })).toMatchObject({ kind: 'go', pass: { version: '3' } })
  })

  it('that was raised counts at once: what is left of the longer gap is not waited out', async () => {
    const { ask } = await destination()
    await ask({ rate: 0.01 })
    expect(await ask({ rate: 0.01 })).toMatchObject({ kind: 'wait' })
    expect(await ask({ rate: 100 })).toMatchObject({ kind: 'go' })
  })
})

describe('a limit to what is under way', () => {
  it('lets no more begin, until one of them is over', async () => {
    const { store, ask } = await destination()
    const first = await ask({ maxInFlight: 2 })
    await ask({ maxInFlight: 2 })
    expect(await ask({ maxInFlight: 2 })).toMatchObject({ kind: 'wait' })
    await release(store, { claim: claimOf(first) })
    expect(await ask({ maxInFlight: 2 })).toMatchObject({ kind: 'go' })
    expect(await store.redis.zcard(inFlightKey(store.ref))).toBe(2)
  })

  it('gives another moment to what has a place already, in that place', async () => {
    const { store, ask } = await destination()
    const limits = { rate: 50, maxInFlight: 1 }
    const claim = claimOf(await ask(limits))
    const again = await ask({ ...limits, claim, hasJob: true })
    expect(again.kind === 'go' && again.afterMs).toBeGreaterThan(0)
    expect(await ask(limits)).toMatchObject({ kind: 'wait' })
    expect(await store.redis.zrange(inFlightKey(store.ref), '0', '-1')).toEqual([claim])
  })

  it('forgets what a worker that was lost had under way', async () => {
    const { store, ask } = await destination()
    await store.redis.zadd(inFlightKey(store.ref), 1, 'claim-of-a-lost-worker')
    expect(await ask({ maxInFlight: 1 })).toMatchObject({ kind: 'go' })
  })
})

describe('a pause', () => {
  it('lets nothing go until somebody resumes', async () => {
    const { store, ask } = await destination()
    await pause(store, { what: 'dispatch', by: 'ops', why: 'a test', forMs: undefined })
    expect(await ask({ hasJob: true })).toEqual({ kind: 'held', reason: 'paused', ms: 1_000 })
    expect(await resume(store, { what: ['dispatch', 'intake'] })).toEqual(['dispatch'])
    expect(await ask()).toMatchObject({ kind: 'free', pass: { version: '2' } })
  })

  it('of what is taken in holds nothing that is sent', async () => {
    const { store, ask } = await destination()
    await pause(store, { what: 'intake', ...nobody, forMs: undefined })
    expect(await ask()).toMatchObject({ kind: 'free' })
  })

  it('ends by itself, and leaves the time that it took', async () => {
    const { store, ask } = await destination()
    const { redis, ref } = store
    await pause(store, { what: 'dispatch', by: 'ops', why: 'a test', forMs: 1 })
    await redis.hincrby(controlKey(ref), 'dispatchPausedUntil', -1_000)
    await redis.hincrby(controlKey(ref), 'heldSince', -5_000)
    expect(await ask()).toMatchObject({ kind: 'free' })
    const { heldMs, backlogBefore, ...left } = await redis.hgetall(controlKey(ref))
    expect(Number(backlogBefore)).toBeGreaterThan(0)
    expect(Number(heldMs)).toBeGreaterThanOrEqual(5_000)
    expect(left).toEqual({ version: '1' })
  })
})

describe('an open breaker', () => {
  it('lets nothing go before its time', async () => {
    const { store, ask } = await destination()
    await breakerIs({ store }, 60_000)
    expect(await ask()).toEqual({ kind: 'held', reason: 'breaker-open', ms: 1_000 })
  })

  it('lets one go as a probe when it is time, whatever the rate', async () => {
    const { store, ask } = await destination()
    await breakerIs({ store }, -1_000)
    await store.redis.hset(controlKey(store.ref), 'rate', 0.001)
    const pass = { claim: 'claim-1', version: '7', probeOf: 'failures' }
    expect(await ask()).toEqual({ kind: 'go', afterMs: 0, gapMs: 0, pass })
    expect(await ask()).toMatchObject({ kind: 'held', reason: 'breaker-open' })
  })

  it('lets another go at once when its probe came to nothing, and not when another one was sent since', async () => {
    const { store, ask } = await destination()
    await breakerIs({ store }, -1_000)
    expect(await release(store, { claim: claimOf(await ask()) })).toBe(true)
    const second = await ask()
    expect(second).toMatchObject({ kind: 'go', pass: { probeOf: 'failures' } })
    expect(await release(store, { claim: 'claim-1' })).toBe(false)
    expect(await ask()).toMatchObject({ kind: 'held' })
  })

  it('lets another go when nothing was heard of its probe', async () => {
    const { store, ask } = await destination()
    await breakerIs({ store }, -1_000)
    await ask({ leaseMs: -1_000 })
    expect(await ask()).toMatchObject({ kind: 'go', pass: { claim: 'claim-2' } })
  })
})

describe('the ramp after an outage', () => {
  it.each([
    ['begins with a tenth of the rate', 0, 10],
    ['is half way up after half of its time', 5_000, 55],
    ['ends with all of it', 10_000, 100],
  ])('%s', async (_, agoMs, perSecond) => {
    const { store, ask } = await destination()
    const { redis, ref } = store
    const [seconds, us] = await redis.time()
    const nowMs = Number(seconds) * 1_000 + Math.floor(Number(us) / 1_000)
    await redis.hset(controlKey(ref), { breaker: 'ramp', rampAt: nowMs - agoMs, rampMs: 10_000 })
    await ask({ rate: 100 })
    const pace = await redis.hgetall(paceKey(ref))
    // Some ms have passed since.
    expect(1e6 / Number(pace['gap'])).toBeGreaterThanOrEqual(perSecond - 0.1)
    expect(1e6 / Number(pace['gap'])).toBeLessThan(perSecond + 10)
  })
})

describe('while a backlog drains', () => {
  const hourMs = 3_600_000

  /** Jobs that are due, and what is asked for by whom since when. */
  async function draining(jobs: Record<string, { priority?: number; minutesAgo: number }>) {
    const { store, ask } = await destination()
    const { redis, ref } = store
    const nowMs = Number((await redis.time())[0]) * 1_000
    await redis.del(dueJobsKey(ref))
    await redis.hset(controlKey(ref), { backlogBefore: nowMs - 0.5 * hourMs })
    for (const [id, { priority, minutesAgo }] of Object.entries(jobs)) {
      const score = jobPriority(priority, nowMs - minutesAgo * 60_000) * 2 ** 32
      await redis.zadd(dueJobsKey(ref), score, id)
    }
    const next = async (more: Partial<AdmitInput> = {}) => {
      await ask({ rate: 1_000_000, lookaheadMs: 60_000, ...more })
      const [id = ''] = await redis.zpopmin(dueJobsKey(ref))
      return id
    }
    return { store, ask, next }
  }

  async function firstOf(count: number, next: () => Promise<string>): Promise<string[]> {
    const ids: string[] = []
    while (ids.length < count) ids.push(await next())
    return ids
  }

  function jobs(count: number, name: string, job: { priority?: number; minutesAgo: number }) {
    return Object.fromEntries(Array.from({ length: count }, (_, n) => [`${name}-${n}`, job]))
  }

  it.each([0, 30, 50, 100])(
    '%d per cent of the rate go to what was asked for since',
    async (livePercent) => {
      const old = jobs(100, 'old', { minutesAgo: 90 })
      const { next } = await draining({ ...old, ...jobs(100, 'live', { minutesAgo: 1 }) })
      const first = await firstOf(100, () => next({ livePercent }))
      expect(first.filter((id) => id.startsWith('live'))).toHaveLength(livePercent)
    },
  )

  it('what was asked for since keeps its order, the urgent first', async () => {
    const { next } = await draining({
      ...jobs(20, 'old', { minutesAgo: 90 }),
      second: { minutesAgo: 20 },
      third: { minutesAgo: 10 },
      first: { priority: 0, minutesAgo: 5 },
    })
    const order = await firstOf(12, next)
    expect(order.filter((id) => !id.startsWith('old'))).toEqual(['first', 'second', 'third'])
  })

  it('an urgent backlog leaves the same share to what is less urgent and new', async () => {
    const urgent = jobs(50, 'old', { priority: 0, minutesAgo: 90 })
    const { next } = await draining({ ...urgent, ...jobs(50, 'live', { minutesAgo: 1 }) })
    const first = await firstOf(50, next)
    expect(first.filter((id) => id.startsWith('live'))).toHaveLength(15)
  })

  it('the backlog has all of the rate while nothing new waits, and the new gets no more than its share at once later', async () => {
    const { store, next } = await draining(jobs(100, 'old', { minutesAgo: 90 }))
    await firstOf(50, next)
    const nowMs = Number((await store.redis.time())[0]) * 1_000
    for (let n = 0; n < 50; n += 1) {
      await store.redis.zadd(
        dueJobsKey(store.ref),
        jobPriority(undefined, nowMs) * 2 ** 32,
        `live-${n}`,
      )
    }
    const first = await firstOf(40, next)
    // Two are saved up at most.
    expect(first.filter((id) => id.startsWith('live')).length).toBeLessThanOrEqual(14)
  })

  it('a pause that ends and an outage that ends make what was asked for before them backlog', async () => {
    const { store, ask } = await destination()
    const { redis, ref } = store
    await pause(store, { what: 'dispatch', ...nobody, forMs: undefined })
    const before = Number((await redis.time())[0]) * 1_000
    await resume(store, { what: ['dispatch'] })
    expect(Number(await redis.hget(controlKey(ref), 'backlogBefore'))).toBeGreaterThanOrEqual(
      before,
    )
    expect(await ask({ rate: 10 })).toMatchObject({ kind: 'go' })
  })
})
