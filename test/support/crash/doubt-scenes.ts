/** A process dies during an attempt of which nobody knows whether Salesforce has booked it. */
import { expect } from 'vitest'

import { uncertainPolicies } from '../../../src/shared/delivery/on-uncertain.ts'
import { resolveDeadLetter } from '../../../src/shared/store/dead-letters/dead-letters.ts'
import type { Fault } from '../../../src/sandbox/faults.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import { sampleCallback, sendRaw } from '../callbacks.ts'
import { resultsOfAll } from '../results.ts'
import type { Bundle } from '../ringback.ts'
import { booked, runCommand, startWorker, type Scene, type Expectation } from './scene.ts'

const one = sampleCallback('one')
const lostAnswer: Fault = { do: 'cut', when: 'after', times: 1 }
const lostRequest: Fault = { do: 'cut', when: 'before', times: 1 }

export const doubting: Scene = {
  name: 'a worker loses the answer of a Salesforce that has booked',
  under: uncertainPolicies,
  start: startWorker,
  prepare: (bundle) => meeting(bundle, lostAnswer),
  check: ({ sandbox }, policy) => {
    const bookings = { retry: 2, hold: 1, verify: 1 }[policy]
    expect(sandbox.bookingsOf(one.id)).toHaveLength(bookings)
  },
}

export const verifying: Scene = {
  ...doubting,
  name: 'a worker asks Salesforce whether it has booked, and it has',
  under: ['verify'],
}

export const findingNothing: Scene = {
  name: 'a worker asks Salesforce whether it has booked, and it has not',
  under: ['verify'],
  start: startWorker,
  prepare: (bundle) => meeting(bundle, lostRequest),
}

export const askingAgain: Scene = {
  name: 'a worker asks Salesforce whether it has booked, and gets no answer at first',
  under: ['verify'],
  start: startWorker,
  prepare: (bundle) =>
    meeting(bundle, lostAnswer, { do: 'break', on: 'query', status: 503, times: 1 }),
}

export const findingTooMuch: Scene = {
  name: 'a worker asks Salesforce whether it has booked, and finds more than one',
  under: ['verify'],
  start: startWorker,
  prepare: async (bundle) => {
    await meeting(bundle, lostAnswer, { do: 'several' })
    return [{ id: one.id, ends: ['dead'], bookings: 1 }]
  },
}

export const resolvingAsBooked: Scene = {
  name: 'somebody says that it was booked',
  under: ['hold'],
  start: (bundle, settings) => {
    const args = ['dead-letters', 'resolve', one.id, '--booked', recordIdOf(bundle)]
    return runCommand(args, bundle, settings)
  },
  prepare: (bundle) => holding(bundle, lostAnswer),
  recover: (bundle) => resolve(bundle, recordIdOf(bundle)),
}

export const resolvingAsNotBooked: Scene = {
  name: 'somebody says that it was not booked',
  under: ['hold'],
  start: (bundle, settings) =>
    runCommand(['dead-letters', 'resolve', one.id, '--not-booked'], bundle, settings),
  prepare: (bundle) => holding(bundle, lostRequest),
  recover: (bundle) => resolve(bundle, undefined),
}

async function meeting(bundle: Bundle, ...faults: Fault[]): Promise<Expectation[]> {
  bundle.sandbox.setFaults(faults)
  await sendRaw(bundle, one)
  return booked(one)
}

/** A dead letter `uncertain`. */
async function holding(bundle: Bundle, fault: Fault): Promise<Expectation[]> {
  await meeting(bundle, fault)
  const worker = bundle.startWorker()
  await resultsOfAll(bundle, [one.id])
  await worker.stop()
  return [{ id: one.id, ends: ['dead', 'booked'], bookings: 1 }]
}

function resolve({ store }: Bundle, recordId: string | undefined) {
  const nowMs = systemClock.now()
  return resolveDeadLetter(store, { id: one.id, recordId, nowMs, retentionMs: 60_000 })
}

function recordIdOf({ sandbox }: Bundle): string {
  return sandbox.bookingsOf(one.id)[0]?.recordId ?? 'none'
}
