import { expect, it } from 'vitest'

import { readFaults } from '../../../src/sandbox/faults.ts'
import { parseIntent } from '../../../src/shared/contract/intent.ts'
import { readArguments } from '../../soak/arguments.ts'
import { faultKinds, planFaults } from '../../soak/fault-plan.ts'
import { intentOf, planSubmissions } from '../../soak/submissions.ts'
import { times } from '../../soak/times.ts'

const ninetySeconds = { seed: 7, workers: 3, durationMs: 90_000 }
const fiveThousand = { seed: 7, callbacks: 5_000, durationMs: 90_000 }

it('gives the same schedule of faults for the same seed, and another one for another', () => {
  expect(planFaults(ninetySeconds)).toEqual(planFaults(ninetySeconds))
  expect(planFaults({ ...ninetySeconds, seed: 8 })).not.toEqual(planFaults(ninetySeconds))
})

it('lets every kind of fault come in a short soak too', () => {
  const schedule = planFaults({ ...ninetySeconds, durationMs: 20_000 })
  expect(new Set(schedule.map(({ fault }) => fault.kind))).toEqual(new Set(faultKinds))
})

it('plans faults in order and within the time', () => {
  const moments = planFaults(ninetySeconds).map(({ atMs }) => atMs)
  expect(moments).toEqual(moments.toSorted((a, b) => a - b))
  expect(moments.at(-1)).toBeLessThanOrEqual(90_000)
})

it('draws faults that the sandbox understands', () => {
  const faults = planFaults({ ...ninetySeconds, durationMs: 3_600_000 }).flatMap(({ fault }) =>
    fault.kind === 'salesforce-faults' ? [fault.faults] : [],
  )
  expect(faults.map(readFaults).filter(({ kind }) => kind !== 'faults')).toEqual([])
})

it('freezes a worker for longer than its lock', () => {
  const frozen = planFaults({ ...ninetySeconds, durationMs: 3_600_000 }).flatMap(({ fault }) =>
    fault.kind === 'worker-frozen' ? [fault.forMs] : [],
  )
  expect(Math.min(...frozen)).toBeGreaterThan(times.lockMs)
})

it('gives the same callbacks for the same seed, all of them, and some twice', () => {
  const submissions = planSubmissions(fiveThousand)
  expect(submissions).toEqual(planSubmissions(fiveThousand))
  expect(new Set(submissions.map(({ id }) => id)).size).toBe(5_000)
  expect(submissions.length).toBeGreaterThan(5_100)
})

it('lets some stray by either way, the raw ones before anything newer is in their stream', () => {
  const strays = planSubmissions(fiveThousand).filter(({ destination }) => destination === 'stray')
  const first = new Map(strays.toReversed().map((submission) => [submission.id, submission]))
  const raw = [...first.values()].filter(({ way }) => way === 'raw')
  const byLibrary = [...first.values()].filter(({ way }) => way === 'library')
  expect(raw.length).toBeGreaterThan(50)
  expect(byLibrary.length).toBeGreaterThan(100)
  expect(new Set(raw.map(({ atMs }) => atMs))).toEqual(new Set([0]))
})

it('plans intents that are valid, but for those that are not to be', () => {
  const wrong = planSubmissions(fiveThousand).filter(
    (submission) => (parseIntent(intentOf(submission, 0)).kind === 'ok') === submission.invalid,
  )
  expect(wrong).toEqual([])
})

it('reads its arguments, and says what is wrong with them', () => {
  expect(readArguments(['--minutes', '1.5', '--seed', '3'], 9)).toEqual({
    minutes: 1.5,
    callbacks: 4_500,
    seed: 3,
    json: false,
    keep: false,
  })
  expect(readArguments(['--minutes', '2', '--callbacks', '10', '--json'], 9)).toMatchObject({
    callbacks: 10,
    seed: 9,
    json: true,
  })
  expect(() => readArguments([], 9)).toThrow('--minutes is missing')
  expect(() => readArguments(['--minutes', '0'], 9)).toThrow('--minutes must be a number above 0')
  expect(() => readArguments(['--minutes', '1', '--callbacks', '1.5'], 9)).toThrow('whole number')
})
