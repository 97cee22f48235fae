import { describe, expect, it } from 'vitest'

import { isEnd, states, transitions, type State } from '../../../../src/shared/contract/states.ts'

describe('the table of transitions', () => {
  it('has a row for every state, and every row leads to states only', () => {
    expect(Object.keys(transitions).sort()).toEqual([...states].sort())
    for (const next of Object.values(transitions))
      expect(states).toEqual(expect.arrayContaining([...next]))
  })

  it('reaches every state from the first one', () => {
    const reached = new Set<State>(['accepted'])
    for (const state of reached) for (const next of transitions[state]) reached.add(next)
    expect([...reached].sort()).toEqual([...states].sort())
  })

  it('sends a callback again only after it was dead, or booked: never one that was cancelled', () => {
    for (const state of states.filter(isEnd)) {
      expect(transitions[state].includes('accepted')).toBe(state === 'dead' || state === 'booked')
    }
  })

  it('leads from everywhere to booked, because an answer may come when nobody waits any more', () => {
    for (const state of states.filter((each) => each !== 'booked')) {
      expect(transitions[state]).toContain('booked')
    }
    // The ways back: it is replayed; or a search was wrong, as another callback's answer shows.
    expect(transitions.booked).toEqual(['accepted', 'dead'])
  })

  it('begins no attempt from an end', () => {
    for (const state of states.filter(isEnd)) expect(transitions[state]).not.toContain('attempting')
  })
})

it.each([
  ['accepted', false],
  ['scheduled', false],
  ['attempting', false],
  ['retrying', false],
  ['booked', true],
  ['dead', true],
  ['cancelled', true],
] as const)('after %s nothing more is sent: %s', (state, end) => {
  expect(isEnd(state)).toBe(end)
})
