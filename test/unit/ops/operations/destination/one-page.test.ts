import { expect, it } from 'vitest'

import { onePage } from '../../../../../src/ops/operations/destination/one-page.ts'

interface Item {
  place: number
  of: string
}

const inOrder = (one: Item, other: Item) => one.place - other.place

/** Each list gives what is behind a place, as a store does, and no more than was asked for. */
function walk(lists: readonly (readonly Item[])[], count: number) {
  const pages: Item[][] = []
  let behind = -Infinity
  for (;;) {
    const read = lists.map((list) => list.filter(({ place }) => place > behind).slice(0, count + 1))
    const { items, isLast } = onePage(read, inOrder, count)
    pages.push(items)
    if (isLast) return pages
    behind = items.at(-1)?.place ?? Infinity
  }
}

const listOf = (of: string, ...places: number[]) => places.map((place) => ({ place, of }))

it.each([1, 2, 3, 4, 100])(
  'shows each of several lists once, in one order, %i at a time',
  (count) => {
    const lists = [listOf('a', 1, 2, 3, 8, 9), listOf('b', 4, 5, 6, 7), listOf('c', 2, 9, 10), []]
    const pages = walk(lists, count)
    expect(pages.flat()).toEqual(lists.flat().toSorted(inOrder))
    for (const page of pages.slice(0, -1)) {
      expect(page.length).toBeGreaterThanOrEqual(count)
      expect(page.length).toBeLessThan(count + lists.length)
    }
  },
)

it('ends with the last page, also where that is full', () => {
  expect(walk([listOf('a', 1, 2), listOf('b', 3, 4)], 2)).toHaveLength(2)
  expect(onePage([[], []], inOrder, 2)).toEqual({ items: [], isLast: true })
})

it('does not tear apart what has one place in all lists', () => {
  const lists = [listOf('a', 1), listOf('b', 1), listOf('c', 1, 2)]
  expect(walk(lists, 2).map((page) => page.map(({ of }) => of))).toEqual([['a', 'b', 'c'], ['c']])
})
