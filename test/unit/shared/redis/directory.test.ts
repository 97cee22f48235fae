import { PassThrough } from 'node:stream'
import { once } from 'node:events'
import { expect, it } from 'vitest'

import type { HostPort } from '../../../../src/shared/config/redis-address.ts'
import { createDirectory, type Layout } from '../../../../src/shared/redis/directory.ts'
import type { Clock } from '../../../../src/shared/time/clock.ts'

const one = { host: 'one', port: 1 }
const other = { host: 'other', port: 1 }

/** Sleeps until the test goes on, or the signal ends it. */
function handWound(): Clock & { tick(): void } {
  const sleepers = new Set<() => void>()
  return {
    now: () => 0,
    monotonic: () => 0,
    sleep: (_ms, signal) =>
      new Promise((resolve, reject) => {
        sleepers.add(resolve)
        signal?.addEventListener('abort', () => reject(new Error('ended')), { once: true })
      }),
    tick: () => {
      for (const wake of sleepers) wake()
      sleepers.clear()
    },
  }
}

function layoutOf(owner: HostPort | undefined): Layout {
  return { ownerOf: () => owner, slots: [0] }
}

function setUp(owner: HostPort | undefined) {
  const state = { owner, failure: undefined as Error | undefined, asked: 0, closed: 0 }
  const clock = handWound()
  const informant = {
    ask: async () => {
      state.asked += 1
      if (state.failure !== undefined) throw state.failure
      return await Promise.resolve(layoutOf(state.owner))
    },
    close: () => {
      state.closed += 1
    },
  }
  return { state, clock, directory: createDirectory(informant, clock) }
}

const patiently = { isWanted: () => true, onFailure: () => undefined }

it('says where a slot is, asking once for all who ask at the same time', async () => {
  const { state, directory } = setUp(one)
  const place = directory.placeOf(7)
  expect(await Promise.all([place.find(patiently), place.find(patiently)])).toEqual([one, one])
  expect(state.asked).toBe(1)
})

it('asks again until somebody knows, and tells each time what is wrong', async () => {
  const { state, clock, directory } = setUp(undefined)
  const failures: string[] = []
  const found = directory.placeOf(7).find({
    isWanted: () => true,
    onFailure: ({ message }) => {
      failures.push(message)
      if (failures.length === 1) state.failure = new Error('nobody is there')
      else state.failure = undefined
      if (failures.length === 2) state.owner = one
      setImmediate(() => clock.tick())
    },
  })
  expect(await found).toEqual(one)
  expect(failures).toEqual(['no node of the cluster has slot 7', 'nobody is there'])
})

it('gives up when nobody wants to know any more', async () => {
  const { directory } = setUp(one)
  await expect(
    directory.placeOf(7).find({ isWanted: () => false, onFailure: () => undefined }),
  ).rejects.toThrow('it is not looked for any more')
})

it('ends a connection when its slot is with another server, and leaves it while nobody knows better', async () => {
  const { state, clock, directory } = setUp(one)
  const stream = new PassThrough()
  directory.placeOf(7).keep(one, stream)
  await look(clock)
  state.failure = new Error('nobody is there')
  await look(clock)
  state.failure = undefined
  state.owner = undefined
  await look(clock)
  expect(stream.destroyed).toBe(false)

  state.owner = other
  const ended = once(stream, 'error')
  await look(clock)
  expect((await ended)[0]).toMatchObject({ message: 'another server is the primary now' })
})

it('asks nobody any more when no connection is left', async () => {
  const { state, clock, directory } = setUp(one)
  const stream = new PassThrough()
  directory.placeOf(7).keep(one, stream)
  await look(clock)
  const { asked } = state
  stream.destroy()
  await once(stream, 'close')
  expect(state.closed).toBe(1)
  await look(clock)
  expect(state.asked).toBe(asked)
})

/** The next look at where everything is, if there is one, is over. */
async function look(clock: { tick(): void }): Promise<void> {
  clock.tick()
  await new Promise((resolve) => setImmediate(resolve))
}
