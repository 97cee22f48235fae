import { EventEmitter, once } from 'node:events'

import { expect, it } from 'vitest'

import { createLanes } from '../../../src/queue/lanes.ts'

function endless() {
  const ending = new EventEmitter()
  const work = async () => {
    await once(ending, 'end')
  }
  return { work, end: () => ending.emit('end') }
}

it('begins one more as soon as one has ended, and no sooner', async () => {
  const [first, second, third] = [endless(), endless(), endless()]
  const lanes = createLanes(2)
  await lanes.room()
  lanes.run(first.work)
  await lanes.room()
  lanes.run(second.work)
  let hasBegun = false
  const begun = lanes.room().then(() => {
    lanes.run(third.work)
    hasBegun = true
  })
  await new Promise(setImmediate)
  expect(hasBegun).toBe(false)

  second.end()
  await begun
  expect(hasBegun).toBe(true)
})

it('knows when none is left', async () => {
  const [first, second] = [endless(), endless()]
  const lanes = createLanes(2)
  expect(lanes.isEmpty()).toBe(true)
  lanes.run(first.work)
  lanes.run(second.work)
  let isOver = false
  const over = lanes.empty().then(() => (isOver = true))
  first.end()
  await new Promise(setImmediate)
  expect([isOver, lanes.isEmpty()]).toEqual([false, false])

  second.end()
  await over
  expect(lanes.isEmpty()).toBe(true)
})
