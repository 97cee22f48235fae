import { expect, it } from 'vitest'

import { createTurns } from '../../../src/worker/turns.ts'

const turnOfTheLoop = () => new Promise(setImmediate)

/** Who has begun, in order, in one turn of the event loop after the other. */
async function begunIn(turns: number, wishes: readonly string[], isAlone = false) {
  const turnsOf = createTurns(() => isAlone)
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
