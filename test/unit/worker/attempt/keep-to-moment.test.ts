import fc from 'fast-check'
import { expect, it } from 'vitest'

import { mostWithin } from '../../../../src/compose/rehearse/sliding-window.ts'
import type { Admission } from '../../../../src/shared/delivery/admission.ts'
import { keepToMoment } from '../../../../src/worker/attempt/keep-to-moment.ts'
import { anyPass } from '../../../support/any-pass.ts'

const gapMs = 20
const never = new AbortController().signal

/** An attempt whose moment is at 0 is ready so late; new moments are given as `further` says, each so long after it is asked for. */
async function sentAt(readyMs: number, further: (Admission | Error)[] = [], gap = gapMs) {
  let nowMs = readyMs
  let asked = 0
  const clock = {
    now: () => nowMs,
    monotonic: () => nowMs,
    sleep: (ms: number) => {
      nowMs += ms
      return Promise.resolve()
    },
  }
  const putOff = () => {
    const answer = further[asked++]
    return answer === undefined || answer instanceof Error
      ? Promise.reject(answer ?? new Error('asked too often'))
      : Promise.resolve(answer)
  }
  const pass = { ...anyPass, moment: { atMs: 0, gapMs: gap } }
  await keepToMoment({ pass, gate: { putOff }, clock }, never)
  return { atMs: nowMs, asked }
}

const go = (afterMs: number): Admission => ({ kind: 'go', afterMs, gapMs, pass: anyPass })

it('an attempt that is ready early waits for its moment', async () => {
  expect(await sentAt(-30)).toEqual({ atMs: 0, asked: 0 })
})

it.each([0, 10])('an attempt that is ready %d ms after its moment is sent at once', async (ms) => {
  expect(await sentAt(ms)).toEqual({ atMs: ms, asked: 0 })
})

it('an attempt that is ready later than that takes another moment, and waits for it', async () => {
  expect(await sentAt(11, [go(75)])).toEqual({ atMs: 86, asked: 1 })
})

it('a slow rate tolerates half of its gap', async () => {
  expect(await sentAt(500, [], 1_000)).toEqual({ atMs: 500, asked: 0 })
  expect(await sentAt(501, [go(400)], 1_000)).toEqual({ atMs: 901, asked: 1 })
})

it('an attempt that is always late is sent after three other moments: a slow machine sends too', async () => {
  const over = Array.from({ length: 9 }, () => go(-40))
  expect(await sentAt(40, over)).toEqual({ atMs: 40, asked: 3 })
})

it.each<[string, Admission | Error]>([
  ['there is no limit any more', { kind: 'free', pass: anyPass }],
  ['somebody has paused meanwhile', { kind: 'held', reason: 'paused', ms: 1_000 }],
  ['Redis refuses', new Error('LOADING')],
])('an attempt that is late is sent at once where %s: it is open', async (_, answer) => {
  expect(await sentAt(40, [answer])).toEqual({ atMs: 40, asked: 1 })
})

it('no moment is kept to where nothing is limited', async () => {
  expect(await sentAt(40, [], 0)).toEqual({ atMs: 40, asked: 0 })
})

it('no second holds more than the rate and one, however late any of them are ready', async () => {
  const delays = fc.array(fc.integer({ min: -80, max: 90 }), { minLength: 200, maxLength: 200 })
  await fc.assert(
    fc.asyncProperty(delays, async (readyMs) => {
      // Moments are given 100 ms ahead; whoever is late takes one behind those that are given by then, which nobody else has.
      let freeMs = 200 * gapMs
      const sent = await Promise.all(
        readyMs.map(async (ms, n) => {
          const takenMs = ms > 10 ? (freeMs += gapMs) : 0
          const { atMs } = await sentAt(ms, [go(takenMs - n * gapMs - ms)])
          return n * gapMs + atMs
        }),
      )
      expect(
        mostWithin(
          1_000,
          sent.toSorted((a, b) => a - b),
        ),
      ).toBeLessThanOrEqual(51)
    }),
    { numRuns: 50 },
  )
})
