import { EventEmitter, once } from 'node:events'

import { expect, it } from 'vitest'

import { createUnderWay } from '../../../../src/worker/bridge/under-way.ts'

function endless() {
  const ending = new EventEmitter()
  const work = async () => {
    await once(ending, 'end')
  }
  return { work, end: () => ending.emit('end') }
}

it('begins one more as soon as one has ended, and no sooner', async () => {
  const [first, second, third] = [endless(), endless(), endless()]
  const underWay = createUnderWay(2)
  await underWay.begin(first.work)
  await underWay.begin(second.work)
  let hasBegun = false
  const begun = underWay.begin(third.work).then(() => (hasBegun = true))
  await new Promise(setImmediate)
  expect(hasBegun).toBe(false)

  second.end()
  await begun
  expect(hasBegun).toBe(true)
})

it('knows when none is left', async () => {
  const [first, second] = [endless(), endless()]
  const underWay = createUnderWay(2)
  expect(underWay.isNone()).toBe(true)
  await underWay.begin(first.work)
  await underWay.begin(second.work)
  let isOver = false
  const over = underWay.all().then(() => (isOver = true))
  first.end()
  await new Promise(setImmediate)
  expect([isOver, underWay.isNone()]).toEqual([false, false])

  second.end()
  await over
  expect(underWay.isNone()).toBe(true)
})
