import { describe, expect, it } from 'vitest'

import type { Control } from '../../../../src/shared/store/control/inspect-control.ts'
import type { Run, RunCounts, RunPace } from '../../../../src/shared/store/runs/run-record.ts'
import { decideTurn, freeAfter } from '../../../../src/worker/runs/decide-turn.ts'

const nowMs = 1_000_000
const quiet: Control = {
  nowMs,
  dispatch: undefined,
  intake: undefined,
  breaker: undefined,
  rate: { override: undefined, current: undefined, isSlowed: false },
}
const paused: Control = {
  ...quiet,
  dispatch: { sinceMs: 1, untilMs: undefined, by: undefined, why: undefined },
}
const failing: Control = {
  ...quiet,
  breaker: { state: 'open', sinceMs: 1, untilMs: nowMs + 1, code: undefined, message: undefined },
}

type Given = Omit<Partial<Run>, 'counts' | 'pace'> & {
  counts?: Partial<RunCounts>
  pace?: Partial<RunPace>
}

function run({ counts, pace, ...given }: Given = {}): Run {
  return {
    id: 'redrive-1',
    kind: 'redrive',
    state: 'running',
    stateWhy: undefined,
    stateBy: undefined,
    stateReason: undefined,
    revision: 1,
    filter: { possibleDuplicates: false },
    upToMs: 0,
    overview: {
      byReason: {},
      byCode: {},
      byHour: {},
      expired: 0,
      expiring: 0,
      mayBeBooked: 0,
      unsendable: 0,
    },
    counts: {
      selected: 100,
      sent: 0,
      booked: 0,
      dead: 0,
      cancelled: 0,
      skipped: 0,
      stillBooked: 0,
      unclear: 0,
      unfollowed: 0,
      ...counts,
    },
    cursor: undefined,
    isWalked: false,
    pace: {
      rate: undefined,
      mostOutstanding: 40,
      canary: undefined,
      isCanaryOver: false,
      goesOn: false,
      stopAtPercent: 50,
      freeAtMs: 0,
      ...pace,
    },
    recentEnds: '',
    resultsCursor: '0-0',
    holder: 'me',
    heldUntilMs: nowMs + 10_000,
    createdAtMs: 0,
    createdBy: undefined,
    why: undefined,
    startedAtMs: 1,
    startedBy: undefined,
    endedAtMs: undefined,
    ...given,
  }
}

function turnOf(given: Given, control = quiet) {
  return decideTurn({ run: run(given), control, holder: 'me', leaseMs: 10_000 })
}

describe('a worker', () => {
  it('sends what may be on its way and is not yet', () => {
    expect(turnOf({})).toEqual({ do: 'act', most: 40 })
    expect(turnOf({ counts: { sent: 50, booked: 15, dead: 5 } })).toEqual({ do: 'act', most: 10 })
    expect(turnOf({ counts: { sent: 40 } })).toEqual({ do: 'rest' })
  })

  it('does not wait for those whose ends nobody can tell', () => {
    expect(turnOf({ counts: { sent: 40, unfollowed: 40 } })).toEqual({ do: 'act', most: 40 })
  })

  it('takes a run before it sends, and takes it again in time', () => {
    const taken = { do: 'change', changes: { holder: 'me', heldUntil: nowMs + 10_000 } }
    expect(turnOf({ holder: undefined })).toEqual(taken)
    expect(turnOf({ heldUntilMs: nowMs + 4_999 })).toEqual(taken)
  })

  it('leaves a run to the worker that has it, until that falls silent', () => {
    expect(turnOf({ holder: 'other', heldUntilMs: nowMs + 1 })).toEqual({ do: 'rest' })
    expect(turnOf({ holder: 'other', heldUntilMs: nowMs })).toMatchObject({ do: 'change' })
  })

  it('ends a run when all of it was sent and has ended', () => {
    const sent = { sent: 3, booked: 1, dead: 1 }
    expect(turnOf({ isWalked: true, counts: sent })).toEqual({ do: 'rest' })
    expect(turnOf({ isWalked: true, counts: { ...sent, cancelled: 1 } })).toMatchObject({
      do: 'change',
      changes: { state: 'done' },
      isOver: true,
    })
  })

  it.each([
    ['planned', 'leave'],
    ['paused', 'leave'],
    ['done', 'leave'],
    ['aborted', 'leave'],
  ] as const)('sends nothing of a run that is %s', (state, what) => {
    expect(turnOf({ state }).do).toBe(what)
    expect(turnOf({ state, counts: { sent: 1 } })).toEqual({ do: 'rest' })
  })

  it.each([
    ['while the destination is paused', paused, 'paused'],
    ['while Salesforce is failing', failing, 'breaker-open'],
  ] as const)('waits %s, and goes on by itself', (_, control, stateWhy) => {
    const changes = { state: 'waiting', stateWhy }
    expect(turnOf({}, control)).toEqual({ do: 'change', changes })
    expect(turnOf({ state: 'waiting', stateWhy }, control)).toEqual({ do: 'rest' })
    expect(turnOf({ state: 'waiting', stateWhy })).toMatchObject({ changes: { state: 'running' } })
  })

  it('discards whatever holds the destination back', () => {
    expect(turnOf({ kind: 'discard' }, paused)).toEqual({ do: 'act', most: 50 })
  })
})

describe('at its own rate, a run', () => {
  it.each([
    [10, 0, 10],
    [10, nowMs - 500, 5],
    [10, nowMs - 50, 0],
    [0.5, nowMs - 1_999, 0],
    [0.5, nowMs - 2_000, 1],
    [0.3, 0, 1],
  ])('of %d a second, free since %d, sends %d', (rate, freeAtMs, most) => {
    const turn = turnOf({ pace: { rate, freeAtMs } })
    expect(turn).toEqual(most === 0 ? { do: 'rest' } : { do: 'act', most })
  })

  it('does not make up for time that it has lost', () => {
    const lagging = run({ pace: { rate: 10, freeAtMs: nowMs - 60_000 } })
    expect(freeAfter(lagging, 10, nowMs)).toBe(nowMs)
    expect(freeAfter(lagging, 5, nowMs)).toBe(nowMs - 500)
  })
})

describe('a canary', () => {
  const pace = { canary: 5 }

  it('is all that is sent before its ends are known', () => {
    expect(turnOf({ pace })).toEqual({ do: 'act', most: 5 })
    expect(turnOf({ pace, counts: { sent: 3 } })).toEqual({ do: 'act', most: 2 })
    expect(turnOf({ pace, counts: { sent: 5, booked: 4 } })).toEqual({ do: 'rest' })
  })

  it.each([
    ['asks where nobody has said to go on', { sent: 5, booked: 5 }, false, 'canary'],
    ['asks where one has died', { sent: 5, booked: 4, dead: 1 }, true, 'canary-died'],
  ] as const)('%s', (_, counts, goesOn, stateWhy) => {
    const turn = turnOf({ pace: { ...pace, goesOn }, counts })
    expect(turn).toMatchObject({ do: 'change', changes: { state: 'paused', stateWhy } })
  })

  it('lets the rest go where none died and somebody has said so', () => {
    const turn = turnOf({ pace: { ...pace, goesOn: true }, counts: { sent: 5, booked: 5 } })
    expect(turn).toEqual({ do: 'change', changes: { isCanaryOver: true } })
  })
})

describe('too many deaths', () => {
  it.each([
    ['bbbbbbbbbbdddddddddd', true],
    ['bbbbbbbbbbbddddddddd', false],
    ['ddddddddddddddddddd', false],
  ])('of the last ends %s', (recentEnds, isTooMany) => {
    const turn = turnOf({ recentEnds, counts: { sent: 20, booked: 10, dead: 10 } })
    if (isTooMany) expect(turn).toMatchObject({ changes: { stateWhy: 'too-many-deaths' } })
    else expect(turn).toMatchObject({ do: 'act' })
  })
})
