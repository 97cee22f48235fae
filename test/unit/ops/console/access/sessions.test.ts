import { expect, it } from 'vitest'

import {
  createSessions,
  longestMs,
  longestRestMs,
  mostSessions,
  type Sessions,
} from '../../../../../src/ops/console/access/sessions.ts'

const ada = { name: 'ada', role: 'operate' as const }

function counted(): Sessions {
  let begun = 0
  return createSessions(() => {
    begun += 1
    return `id-${begun}`
  })
}

it('knows who has logged in by the id it gave, and by no other', () => {
  const sessions = counted()
  const id = sessions.begin(ada, 0)
  expect(sessions.find(id, 1)).toEqual(ada)
  expect(sessions.find('id-2', 1)).toBeUndefined()
})

it('ends at once for whoever logs out', () => {
  const sessions = counted()
  const id = sessions.begin(ada, 0)
  sessions.end(id)
  expect(sessions.find(id, 1)).toBeUndefined()
})

it('ends when nothing is asked for long enough, and not while something is', () => {
  const sessions = counted()
  const id = sessions.begin(ada, 0)
  expect(sessions.find(id, longestRestMs - 1)).toEqual(ada)
  expect(sessions.find(id, 2 * longestRestMs - 2)).toEqual(ada)
  expect(sessions.find(id, 3 * longestRestMs - 2)).toBeUndefined()
})

it('ends after a shift, however busy it was', () => {
  const sessions = counted()
  const id = sessions.begin(ada, 0)
  const step = longestRestMs / 2
  for (let nowMs = step; nowMs < longestMs; nowMs += step) {
    expect(sessions.find(id, nowMs)).toEqual(ada)
  }
  expect(sessions.find(id, longestMs)).toBeUndefined()
})

it('keeps no more than so many, and forgets those that began first', () => {
  const sessions = counted()
  const first = sessions.begin(ada, 0)
  for (let count = 1; count < mostSessions; count += 1) sessions.begin(ada, 1)
  expect(sessions.find(first, 1)).toEqual(ada)
  const last = sessions.begin(ada, 1)
  expect(sessions.find(first, 1)).toBeUndefined()
  expect(sessions.find(last, 1)).toEqual(ada)
})

it('is not kept alive by what a page asks by itself', () => {
  const sessions = counted()
  const id = sessions.begin(ada, 0)
  expect(sessions.peek(id, longestRestMs - 1)).toEqual(ada)
  expect(sessions.peek(id, longestRestMs)).toBeUndefined()
  expect(sessions.find(id, longestRestMs)).toBeUndefined()
})
