import { expect, it } from 'vitest'

import { createTurns } from '../../../src/worker/turns.ts'

const turnOfTheLoop = () => new Promise(setImmediate)

const clock = { monotonic: () => 0, sleep: () => Promise.resolve() }

/** Who has begun, in order, in one turn of the event loop after the other. */
async function begunIn(turns: number, wishes: readonly string[], isAlone = false) {
  const turnsOf = createTurns({ isAlone: () => isAlone, clock, busyMs: () => 0 })
  const begun: string[][] = []
  let now: string[] = []
  for (const who of wishes) {
    void turnsOf(who)
      .take()
      .then(() => now.push(who))
  }
  for (let turn = 0; turn < turns; turn += 1) {
    await Promise.resolve()
    await turnOfTheLoop()
    begun.push(now)
    now = []
  }
  return begun.flat()
}

it('lets who is alone begin with everything at once', async () => {
  expect(await begunIn(1, ['a', 'a', 'a'], true)).toEqual(['a', 'a', 'a'])
})

it('lets one who has much to begin with begin with one thing in each turn of the event loop', async () => {
  const flood = Array.from({ length: 10 }, () => 'flood')
  expect((await begunIn(3, flood)).length).toBeLessThan(5)
  expect(await begunIn(12, flood)).toHaveLength(10)
})

it('lets nobody wait for more than one thing of another one', async () => {
  const begun = await begunIn(12, ['flood', 'flood', 'flood', 'flood', 'other', 'flood'])
  expect(begun.slice(0, 2)).toEqual(['flood', 'other'])
  expect(begun).toHaveLength(6)
})

it('gives a turn to each of many, and a second one to none before', async () => {
  const many = Array.from({ length: 20 }, (_, n) => `d${n}`)
  const begun = await begunIn(12, [...many, ...many])
  expect(new Set(begun.slice(0, 20))).toEqual(new Set(many))
  expect(begun).toHaveLength(40)
})

/** A destination that has begun with much more than all others, and one of these. Time passes only where it is told to. */
async function beside() {
  let [nowMs, busyMs] = [0, 0]
  const rests: number[] = []
  const wakes: (() => void)[] = []
  const clock = {
    monotonic: () => nowMs,
    sleep: (ms: number) => {
      rests.push(ms)
      return new Promise<void>((wake) => wakes.push(wake))
    },
  }
  const turnsOf = createTurns({ isAlone: () => false, clock, busyMs: () => busyMs })
  const begun: string[] = []
  const begin = (who: string) =>
    turnsOf(who)
      .take()
      .then(() => begun.push(who))
  for (let n = 0; n < 100; n += 1) {
    await begin('flood')
    await turnOfTheLoop()
  }
  begun.length = 0
  return {
    turnsOf,
    begun,
    rests,
    begin,
    idles: (ms: number) => void (nowMs += ms),
    works: (ms: number) => {
      nowMs += ms
      busyMs += ms
    },
    wake: async () => {
      wakes.forEach((each) => each())
      await turnOfTheLoop()
      await turnOfTheLoop()
    },
  }
}

/** The same when the flood has made work for 2 ms beside the other one, and wants to go on. */
async function restingFlood() {
  const given = await beside()
  await given.begin('other')
  await given.begin('flood')
  given.works(2)
  await turnOfTheLoop()
  const next = given.begin('flood')
  await turnOfTheLoop()
  await turnOfTheLoop()
  return { ...given, next }
}

it('lets a flood go on when nothing was done for twice as long as it made work, if another one is at work', async () => {
  const { begun, rests, next, idles, wake } = await restingFlood()
  expect({ begun, rests }).toEqual({ begun: ['other', 'flood'], rests: [4] })
  idles(4)
  await wake()
  await next
  expect(begun).toEqual(['other', 'flood', 'flood'])
})

it('has a flood rest on while there is work to do', async () => {
  const { begun, rests, idles, works, wake } = await restingFlood()
  works(1)
  idles(3)
  await wake()
  expect({ begun, rests }).toEqual({ begun: ['other', 'flood'], rests: [4, 3] })
  idles(3)
  await wake()
  expect(begun).toEqual(['other', 'flood', 'flood'])
})

it('has a flood rest where the machine is so slow that others are at work for long', async () => {
  const { begun, begin, idles, works } = await beside()
  await begin('other')
  works(20)
  await turnOfTheLoop()
  idles(180)
  await begin('flood')
  works(20)
  await turnOfTheLoop()
  void begin('flood')
  await turnOfTheLoop()
  await turnOfTheLoop()
  expect(begun).toEqual(['other', 'flood'])
})

it('lets others begin while a flood rests', async () => {
  const { begun, begin } = await restingFlood()
  await begin('other')
  expect(begun).toEqual(['other', 'flood', 'other'])
})

it('lets a flood begin with as much as all others together, whatever work there is', async () => {
  const { begun, begin, works } = await beside()
  for (let n = 0; n < 200; n += 1) {
    works(1)
    void begin('flood')
    await begin('other')
    await turnOfTheLoop()
  }
  const floods = begun.filter((who) => who === 'flood').length
  expect(floods).toBeGreaterThan(100)
})

it('lets a flood go on where no other one is at work', async () => {
  const { begun, rests, begin, works, idles } = await beside()
  await begin('other')
  await turnOfTheLoop()
  idles(51)
  await begin('flood')
  works(2)
  await turnOfTheLoop()
  await begin('flood')
  expect({ begun, rests }).toEqual({ begun: ['other', 'flood', 'flood'], rests: [] })
})

it('does not have a flood rest for the work that others made before it was one again', async () => {
  const { begun, begin, works, idles } = await beside()
  for (let n = 0; n < 60; n += 1) {
    await begin('other')
    works(10)
    await turnOfTheLoop()
  }
  for (let n = 0; n < 15; n += 1) {
    void begin('flood')
    await turnOfTheLoop()
    idles(1)
  }
  expect(begun.filter((who) => who === 'flood')).toHaveLength(15)
})

/** A flood that rests, and of which so much waits for its turn. */
async function waitingFlood(count: number) {
  const given = await restingFlood()
  for (let n = 1; n < count; n += 1) void given.begin('flood')
  return given
}

it.each([
  ['ten of it wait', 10, true],
  ['nine of it wait', 9, false],
])('has a flood that rests fetch no more once ten of it wait: %s', async (_, count, isFull) => {
  const { turnsOf } = await waitingFlood(count)
  expect(turnsOf('flood').isFull()).toBe(isFull)
  expect(turnsOf('other').isFull()).toBe(false)
})

it('lets a flood fetch again when one of it has begun', async () => {
  const { turnsOf, begun, idles, wake } = await waitingFlood(10)
  const room = turnsOf('flood')
    .room()
    .then(() => begun.push('room'))
  await turnOfTheLoop()
  expect(begun).toEqual(['other', 'flood'])
  idles(4)
  await wake()
  await room
  expect(begun.slice(2)).toEqual(['flood', 'room'])
})

it('lets a flood fetch on where no other one is at work, whatever waits', async () => {
  const { turnsOf, idles } = await waitingFlood(20)
  idles(200)
  expect(turnsOf('flood').isFull()).toBe(false)
})
