import { describe, expect, it } from 'vitest'

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
    const { heldMs, ...left } = await redis.hgetall(controlKey(ref))
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
    expect(await ask()).toEqual({ kind: 'go', afterMs: 0, pass })
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
