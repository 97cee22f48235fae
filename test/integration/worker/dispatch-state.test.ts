import { expect, it } from 'vitest'

import { controlKey } from '../../../src/shared/redis/keys.ts'
import { pause } from '../../../src/shared/store/control/pause.ts'
import { setup } from '../../support/ringback.ts'

it('is told of every destination: running, paused or failing, with the rate of the moment', async () => {
  const { store, startWorker } = await setup({ destination: { rate: 8 } })
  const { redis, ref } = store
  const worker = startWorker()
  const state = async () => (await worker.health()).destinations.get('default')?.dispatch
  const depths = async () => (await worker.depths()).get('default')?.control

  // Until then nothing is known.
  await expect.poll(state).toBe('running')
  expect(await depths()).toMatchObject({ dispatch: undefined, rate: { current: 8 } })

  const until = Date.now() + 60_000
  await redis.hset(controlKey(ref), { breaker: 'open', breakerUntil: until })
  expect(await state()).toBe('failing')
  await redis.hset(controlKey(ref), { breakerUntil: 1 })
  expect(await state()).toBe('failing')

  await pause(store, { what: 'dispatch', by: 'ops', why: undefined, forMs: undefined })
  expect(await state()).toBe('paused')
  await redis.del(controlKey(ref))

  const ramp = { breaker: 'ramp', rampAt: until - 60_000, rampMs: 600_000 }
  await redis.hset(controlKey(ref), ramp)
  expect(await state()).toBe('running')
  const { current = 8 } = (await depths())?.rate ?? {}
  expect(current).toBeLessThan(8)
})
