/** Many destinations wait by one command, on one connection. */
import { expect, it, onTestFinished } from 'vitest'

import { inboxKey, type DestinationRef } from '../../../src/shared/redis/keys.ts'
import { openStore, type DestinationStore } from '../../../src/shared/redis/destination-store.ts'
import {
  ensureInboxGroup,
  readNewOf,
  type InboxEntry,
} from '../../../src/shared/store/inbox/inbox.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import { shareWaits, type Seat } from '../../../src/worker/shared-wait.ts'
import { xadd } from '../../support/inbox.ts'
import { startPrivateRedis } from '../../support/private-redis.ts'
import { setup } from '../../support/ringback.ts'

const longMs = 30_000
const one = { callId: 'one', callbackNumber: '+18445791189' }

interface Waiting {
  store: DestinationStore
  seat: Seat<InboxEntry[]>
}

/** Inboxes of which each has a seat, and how many connections they opened. */
async function waiting(count: number, isPunctual = false) {
  // In which nobody else waits.
  const { url } = await startPrivateRedis()
  const bundle = await setup({ redisUrl: url })
  const { redis, ref } = bundle.store
  const opened: (typeof redis)[] = []
  const join = shareWaits<InboxEntry[]>({
    command: redis,
    open: () => {
      const connection = redis.duplicate().on('error', () => undefined)
      opened.push(connection)
      return connection
    },
    ask: (connection, refs, { ms }) =>
      readNewOf(connection, refs, { consumer: 'c', count: 10, blockMs: ms }),
    isPunctual,
    clock: systemClock,
  })
  const all: Waiting[] = []
  for (let n = 0; n < count; n += 1) {
    const own: DestinationRef = { ...ref, destination: `${ref.destination}-${n}` }
    const store = openStore(redis, own)
    await ensureInboxGroup(store)
    all.push({ store, seat: join(own) })
  }
  onTestFinished(() => all.forEach(({ seat }) => seat.leave()))
  return { all, opened, redis }
}

const [first, second, third] = [0, 1, 2]

function at(all: readonly Waiting[], index: number): Waiting {
  const found = all[index]
  if (found === undefined) throw new Error('there is no such seat')
  return found
}

it('gives each what comes for it, and lets the others wait', async () => {
  const { all, opened } = await waiting(3)
  const waits = all.map(({ seat }) => seat.wait(longMs))
  const entryId = await xadd(at(all, second).store, one)
  expect(await waits[second]).toMatchObject([{ entryId }])
  const another = await xadd(at(all, third).store, one)
  expect(await waits[third]).toMatchObject([{ entryId: another }])
  expect(opened).toHaveLength(1)
})

it.each([1, 2])(
  'ends a wait when its time is over, and does not leave that to Redis (%i seats)',
  async (seats) => {
    const { all, redis } = await waiting(seats, true)
    const beganMs = systemClock.monotonic()
    expect(await at(all, first).seat.wait(200)).toBeUndefined()
    expect(systemClock.monotonic() - beganMs).toBeGreaterThanOrEqual(199)
    expect(await endedWaits(redis)).toBe(1)
  },
)

it('loses nothing that comes at the moment when a wait is ended', async () => {
  const { all } = await waiting(1, true)
  const { store, seat } = at(all, first)
  const sent: string[] = []
  const received: string[] = []
  while (sent.length < 100) {
    const wait = seat.wait(2)
    if (sent.length % 2 === 0) await systemClock.sleep(2)
    sent.push(await xadd(store, one))
    received.push(...((await wait) ?? []).map(({ entryId }) => entryId))
  }
  while (received.length < sent.length) {
    received.push(...((await seat.wait(longMs)) ?? []).map(({ entryId }) => entryId))
  }
  expect(received).toEqual(sent)
})

it('gives at once what comes for somebody who began to wait after the others', async () => {
  const { all, redis } = await waiting(2)
  void at(all, first).seat.wait(longMs)
  await blocked(redis)
  const late = at(all, second).seat.wait(longMs)
  const entryId = await xadd(at(all, second).store, one)
  expect(await late).toMatchObject([{ entryId }])
  expect(await endedWaits(redis)).toBe(1)
})

it.each([1, 2])('wakes one, and lets the others wait (%i seats)', async (seats) => {
  const { all, redis } = await waiting(seats)
  const [woken, ...others] = all.map(({ seat }) => seat.wait(longMs))
  await blocked(redis)
  at(all, first).seat.wake()
  expect(await woken).toBeUndefined()
  expect(await endedWaits(redis)).toBe(1)
  if (seats === 1) return
  const entryId = await xadd(at(all, second).store, one)
  expect(await others[0]).toMatchObject([{ entryId }])
})

it('tells what is wrong with one of them to that one alone', async () => {
  const { all, redis } = await waiting(3)
  await redis.del(inboxKey(at(all, first).store.ref))
  await redis.set(inboxKey(at(all, first).store.ref), 'no stream')
  const [wrong, ...right] = all.map(({ seat }) => seat.wait(longMs))
  await expect(wrong).rejects.toThrow('WRONGTYPE')
  const entryId = await xadd(at(all, second).store, one)
  expect(await right[0]).toMatchObject([{ entryId }])
})

it('ends the wait of each when its own time is over', async () => {
  const { all } = await waiting(2)
  void at(all, second).seat.wait(longMs)
  expect(await at(all, first).seat.wait(50)).toBeUndefined()
})

it('goes on waiting when its connection was lost', async () => {
  const { all, opened, redis } = await waiting(2)
  const waits = all.map(({ seat }) => seat.wait(longMs))
  await blocked(redis)
  const isBack = new Promise((resolve) => opened[0]?.once('ready', resolve))
  opened[0]?.stream.destroy()
  // Until Redis has seen it go, it may be given what comes: that is pending then, for whoever comes after it.
  await isBack
  await blocked(redis)
  const entryId = await xadd(at(all, first).store, one)
  expect(await waits[first]).toMatchObject([{ entryId }])
})

it('closes its connection when the last one has left, and whoever left waits no longer', async () => {
  const { all, opened } = await waiting(2)
  const waits = all.map(({ seat }) => seat.wait(longMs))
  at(all, first).seat.leave()
  expect(await waits[first]).toBeUndefined()
  expect(opened[0]?.status).not.toBe('end')
  at(all, second).seat.leave()
  expect(await waits[second]).toBeUndefined()
  await expect.poll(() => opened[0]?.status).toBe('end')
})

it('opens another connection for those that are too many for one', async () => {
  const { all, opened } = await waiting(51)
  const waits = all.map(({ seat }) => seat.wait(longMs))
  expect(opened).toHaveLength(2)
  const entryId = await xadd(at(all, 50).store, one)
  expect(await waits[50]).toMatchObject([{ entryId }])
})

/** Somebody is blocked by now. */
async function blocked(redis: DestinationStore['redis']): Promise<void> {
  await expect.poll(async () => await redis.info('clients')).toMatch(/blocked_clients:[1-9]/)
}

/** How often somebody asked for a wait to be ended. */
async function endedWaits(redis: DestinationStore['redis']): Promise<number> {
  const stats = await redis.info('commandstats')
  return Number(/client\|unblock:calls=(\d+)/.exec(stats)?.[1] ?? 0)
}
