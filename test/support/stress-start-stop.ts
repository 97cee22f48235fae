import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect } from 'vitest'

import { systemClock } from '../../src/shared/time/clock.ts'
import { seededIntegers } from './seeded.ts'

/** Something that runs until it is stopped. */
type Start = () => { stop: () => Promise<unknown> }

const sideBySide = 10
const timesEach = 50

/**
 * Starts and stops it ten times fifty, ten at a time: at once, before it has connected, or in the middle of something.
 * River's startstoptest does the same to its services.
 */
export async function stressStartStop(start: Start): Promise<void> {
  const draw = seededIntegers(1)
  async function startAndStop(): Promise<void> {
    for (let times = 0; times < timesEach; times += 1) {
      const { stop } = start()
      for (let turns = draw(0, 60); turns > 0; turns -= 1) await nextTurn()
      await stop()
    }
  }
  await Promise.all(Array.from({ length: sideBySide }, startAndStop))
}

/** What a process holds that somebody has to give back. */
export function openResources(): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const resource of process.getActiveResourcesInfo()) {
    counts[resource] = (counts[resource] ?? 0) + 1
  }
  return counts
}

/** What Node warns of meanwhile: of listeners that heap up, of rejections that were handled too late. */
export function noteWarnings(): { warnings: Error[]; end: () => void } {
  const warnings: Error[] = []
  const note = (warning: Error) => void warnings.push(warning)
  process.on('warning', note)
  return { warnings, end: () => void process.off('warning', note) }
}

type Counts = Readonly<Record<string, number>>

const patienceMs = 10_000

/** No more of each than before, as soon as what closes in its own time has closed. A poll of vitest's has timers itself. */
export async function expectNoMoreThan(before: Counts, count: () => Promise<Counts>) {
  const deadlineMs = systemClock.monotonic() + patienceMs
  const more = async () =>
    Object.entries(await count()).filter(([name, many]) => many > (before[name] ?? 0))
  while ((await more()).length > 0 && systemClock.monotonic() < deadlineMs) await nextTurn()
  expect(await more()).toEqual([])
}
