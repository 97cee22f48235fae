import { describe, expect, it } from 'vitest'

import type { Signal } from '../../../../../src/shared/delivery/signal.ts'
import { breakerKey, callbackKey, controlKey } from '../../../../../src/shared/redis/keys.ts'
import { inspectControl } from '../../../../../src/shared/store/control/inspect-control.ts'
import { settle, type SettleInput } from '../../../../../src/shared/store/ledger/settle.ts'
import { settleInput } from '../../../../support/end-inputs.ts'
import { attemptingCallback, id, ledgerWith } from '../../../../support/ledger.ts'

/** 10 attempts, 70 per cent, 30 s, 5 uncertain, 10 refused, probes after 1 s to 60 s, a ramp of 60 s. */
const breakerRules = '10 70 30000 5 10 1000 60000 60000'

async function destination() {
  const { store } = await ledgerWith()
  const { redis, ref } = store
  const key = callbackKey(ref, id)
  const conclude = async (signal: Signal | undefined, more: Partial<SettleInput> = {}) => {
    await redis.del(key)
    await redis.hset(key, { ...attemptingCallback, claim: 'claim-1' })
    const state = signal === 'ok' ? 'booked' : 'retrying'
    const said = { code: 'http-500', message: 'It was away.', nextAttemptAt: '2026-02-27' }
    const input = { ...said, state, signal, breakerRules, ...more } as const
    await settle(store, settleInput(input))
    return redis.hgetall(key)
  }
  const concludeAll = async (signals: readonly Signal[]) => {
    for (const signal of signals) await conclude(signal)
  }
  const control = () => redis.hgetall(controlKey(ref))
  const inspect = () => inspectControl(store, { rate: 40 })
  /** As if the time of the next probe had come, and this attempt were it. */
  const probe = async (signal: Signal, more: Partial<SettleInput> = {}) => {
    await redis.hset(controlKey(ref), 'probe', 'claim-1')
    return conclude(signal, more)
  }
  return { store, conclude, concludeAll, probe, control, inspect }
}

const many = <S extends Signal>(count: number, signal: S) => Array<S>(count).fill(signal)

describe('a breaker opens', () => {
  it.each<[string, Signal[]]>([
    ['on ten failures', many(10, 'failure')],
    ['when seven of ten failed', [...many(3, 'ok'), ...many(7, 'failure')]],
    ['on limits that are all there is', many(10, 'limit')],
    [
      'on twenty failures in a row, after much that was good',
      [...many(60, 'ok'), ...many(20, 'failure')],
    ],
    ['on five uncertain outcomes in a row', [...many(9, 'ok'), ...many(5, 'uncertain')]],
    ['on ten refusals for the same reason', many(10, 'refusal:403:NO_ACCESS')],
  ])('%s, and not before', async (_, signals) => {
    const { concludeAll, inspect } = await destination()
    await concludeAll(signals.slice(0, -1))
    expect((await inspect()).breaker).toBeUndefined()
    await concludeAll(signals.slice(-1))
    expect((await inspect()).breaker).toMatchObject({ state: 'open', code: 'http-500' })
  })

  it.each<[string, Signal[]]>([
    ['while four of ten work', [...many(4, 'ok'), ...many(6, 'failure')]],
    [
      'where something else came between uncertain outcomes',
      [...many(20, 'ok'), ...many(4, 'uncertain'), 'ok', ...many(4, 'uncertain')],
    ],
    [
      'on refusals for different reasons',
      [...many(9, 'refusal:400:A'), ...many(9, 'refusal:400:B')],
    ],
    [
      'on refusals between which something was booked',
      [...many(9, 'refusal:400:A'), 'ok', ...many(9, 'refusal:400:A')],
    ],
  ])('not %s', async (_, signals) => {
    const { concludeAll, inspect } = await destination()
    await concludeAll(signals)
    expect((await inspect()).breaker).toBeUndefined()
  })

  it('not on failures that are longer ago than its window', async () => {
    const { store, concludeAll, inspect } = await destination()
    const { redis, ref } = store
    await concludeAll(many(9, 'failure'))
    const [slot] = (await redis.hkeys(breakerKey(ref))).filter((name) => name.endsWith(':bad'))
    const earlier = Number(slot?.split(':')[0]) - 6
    await redis.del(breakerKey(ref))
    await redis.hset(breakerKey(ref), { [`${earlier}:all`]: 9, [`${earlier}:bad`]: 9 })
    await concludeAll(many(1, 'failure'))
    expect((await inspect()).breaker).toBeUndefined()
    // What is too old is not kept.
    expect(await redis.hexists(breakerKey(ref), `${earlier}:all`)).toBe(0)
  })

  it('not where the destination has none', async () => {
    const { store, conclude } = await destination()
    const { redis, ref } = store
    for (let n = 0; n < 20; n += 1) await conclude('failure', { breakerRules: undefined })
    expect(await redis.exists(controlKey(ref), breakerKey(ref))).toBe(0)
  })

  it('not on what says nothing about the destination', async () => {
    const { conclude, control } = await destination()
    for (let n = 0; n < 20; n += 1) await conclude(undefined)
    expect(await control()).toEqual({})
  })

  it('for as long as the answer asks', async () => {
    const { concludeAll, conclude, control } = await destination()
    await concludeAll(many(9, 'failure'))
    await conclude('failure', { retryAfterMs: 120_000 })
    const { breakerUntil, breakerSince } = await control()
    expect(Number(breakerUntil) - Number(breakerSince)).toBe(120_000)
  })
})

describe('a probe', () => {
  it('that fails costs its callback no attempt, and the next one waits twice as long', async () => {
    const { concludeAll, probe, control } = await destination()
    await concludeAll(many(10, 'failure'))
    const waits: number[] = []
    for (let n = 0; n < 8; n += 1) {
      const before = Date.now()
      expect(await probe('failure')).toMatchObject({ uncounted: '1', state: 'retrying' })
      const { breakerUntil, breakerTries, probe: holder } = await control()
      expect({ breakerTries, holder }).toEqual({ breakerTries: String(n + 1), holder: undefined })
      waits.push(Math.round((Number(breakerUntil) - before) / 1_000))
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 60, 60, 60])
  })

  it.each(['ok', 'refusal:400:ITS_OWN_FAULT'] as const)(
    'that comes to %s ends the outage, and the rate begins with a tenth',
    async (signal) => {
      const { concludeAll, probe, control, inspect } = await destination()
      await concludeAll(many(10, 'failure'))
      const { version } = await control()
      const { uncounted } = await probe(signal)
      expect(uncounted).toBeUndefined()
      const { breaker, rate } = await inspect()
      expect(breaker).toMatchObject({ state: 'ramp' })
      expect(rate.current).toBeGreaterThanOrEqual(4)
      expect(rate.current).toBeLessThan(6)
      // Whoever goes on by what it knew finds out.
      expect(Number((await control())['version'])).toBe(Number(version) + 1)
    },
  )

  it('that is refused as all others were leaves the breaker open', async () => {
    const { concludeAll, probe, inspect } = await destination()
    await concludeAll(many(10, 'refusal:403:NO_ACCESS'))
    expect(await probe('refusal:403:NO_ACCESS')).toMatchObject({ uncounted: '1' })
    expect((await inspect()).breaker).toMatchObject({ state: 'open' })
    await probe('refusal:403:OTHER')
    expect((await inspect()).breaker).toMatchObject({ state: 'ramp' })
  })

  it('is one attempt: what was under way when the breaker opened changes nothing', async () => {
    const { store, concludeAll, conclude, control } = await destination()
    await concludeAll(many(10, 'failure'))
    await store.redis.hset(controlKey(store.ref), 'probe', 'claim-of-another')
    const before = await control()
    await conclude('ok')
    expect((await conclude('failure'))['uncounted']).toBeUndefined()
    expect(await control()).toEqual(before)
  })

  it('that ends the outage leaves how long it was', async () => {
    const { store, concludeAll, probe, control } = await destination()
    await concludeAll(many(10, 'failure'))
    await store.redis.hincrby(controlKey(store.ref), 'heldSince', -3_600_000)
    await probe('ok')
    const { heldMs, heldSince } = await control()
    expect(Number(heldMs)).toBeGreaterThanOrEqual(3_600_000)
    expect(heldSince).toBeUndefined()
  })
})

describe('the ramp', () => {
  async function ramping() {
    const made = await destination()
    await made.concludeAll(many(10, 'failure'))
    await made.probe('failure')
    await made.probe('ok')
    return made
  }

  it('falls back on three failures, to the wait it had come to', async () => {
    const { concludeAll, inspect, control } = await ramping()
    await concludeAll(many(2, 'failure'))
    expect((await inspect()).breaker).toMatchObject({ state: 'ramp' })
    await concludeAll(many(1, 'failure'))
    expect((await inspect()).breaker).toMatchObject({ state: 'open' })
    expect((await control())['breakerTries']).toBe('1')
  })

  it('is over after its time, and all is as before', async () => {
    const { store, concludeAll, inspect, control } = await ramping()
    await store.redis.hincrby(controlKey(store.ref), 'rampAt', -60_000)
    expect(await inspect()).toMatchObject({ breaker: undefined, rate: { current: 40 } })
    await concludeAll(many(9, 'failure'))
    expect((await inspect()).breaker).toBeUndefined()
    expect(Object.keys(await control()).toSorted()).toEqual(['backlogBefore', 'heldMs', 'version'])
  })
})

describe('an answer that names a limit', () => {
  it('halves the rate, once for all that were under way', async () => {
    const { concludeAll, inspect } = await destination()
    await concludeAll([...many(10, 'ok'), ...many(5, 'limit')])
    expect(await inspect()).toMatchObject({
      breaker: undefined,
      rate: { current: 20, isSlowed: true },
    })
  })

  it('halves it again when it still comes, and then it recovers step by step', async () => {
    const { store, concludeAll, inspect } = await destination()
    const back = (ms: number) =>
      Promise.all(
        ['slowAt', 'slowUntil'].map((at) => store.redis.hincrby(controlKey(store.ref), at, -ms)),
      )
    await concludeAll([...many(10, 'ok'), 'limit'])
    await back(1_000)
    await concludeAll(['limit'])
    expect((await inspect()).rate.current).toBe(10)
    await back(6_000)
    expect((await inspect()).rate.current).toBe(14)
    await back(42_000)
    expect((await inspect()).rate).toMatchObject({ current: 40, isSlowed: false })
  })
})
