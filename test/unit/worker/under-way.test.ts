import { describe, expect, it } from 'vitest'

import { createUnderWay } from '../../../src/worker/under-way.ts'

/** Work that ends when it is told to. */
function work() {
  let hasBegun = false
  let end: () => void = () => undefined
  const ended = new Promise<void>((settle) => (end = settle))
  const run = () => {
    hasBegun = true
    return ended
  }
  return { run, end, hasBegun: () => hasBegun }
}

const turnOver = () => new Promise((resolve) => setImmediate(resolve))

describe('what is under way', () => {
  it('is counted until it is done, however it ends', async () => {
    const underWay = createUnderWay()
    const first = work()
    const doing = underWay.during('a', first.run)
    const failing = underWay.during('b', () => Promise.reject(new Error('no')))
    expect(underWay.count()).toBe(2)
    await expect(failing).rejects.toThrow('no')
    expect(underWay.count()).toBe(1)
    first.end()
    await doing
    expect(underWay.count()).toBe(0)
  })

  it('of one callback is one thing at a time, and of others whatever there is', async () => {
    const underWay = createUnderWay()
    const [first, again, other] = [work(), work(), work()]
    const all = [
      underWay.during('a', first.run),
      underWay.during('a', again.run),
      underWay.during('b', other.run),
    ]
    await turnOver()
    expect([first, again, other].map((each) => each.hasBegun())).toEqual([true, false, true])
    first.end()
    await all[0]
    await turnOver()
    expect(again.hasBegun()).toBe(true)
    for (const each of [again, other]) each.end()
    await Promise.all(all)
    expect(underWay.count()).toBe(0)
  })

  it('goes on where what was before it failed', async () => {
    const underWay = createUnderWay()
    const failing = underWay.during('a', () => Promise.reject(new Error('no')))
    const next = underWay.during('a', () => Promise.resolve('done'))
    await expect(failing).rejects.toThrow('no')
    expect(await next).toBe('done')
  })
})
