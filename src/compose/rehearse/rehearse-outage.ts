import { open, writeFile } from 'node:fs/promises'

import type { CliContext } from '../../ops/cli/terminal/cli-context.ts'
import { exitStatus } from '../../ops/cli/terminal/exit-status.ts'
import type { Output } from '../../ops/cli/terminal/output.ts'
import { messageOf, RingbackError } from '../../shared/errors/errors.ts'
import { drawChart } from './chart/draw-chart.ts'
import { judge } from './goals.ts'
import { intervalOf, type Interval } from './interval.ts'
import { scheduleOf, type Plan } from './plan.ts'
import {
  missesAGoal,
  presentInterval,
  presentPlan,
  presentRehearsal,
  type Rehearsal,
} from './present-rehearsal.ts'
import type { Recording } from './recording.ts'
import { runRehearsal } from './run-rehearsal.ts'
import { summarize } from './summary.ts'

export interface RehearseOptions {
  /** In ms. */
  outage: number
  arrivals: number
  spike: number
  rate: number
  workers: number
  chart?: string
  json?: boolean
}

/** `ringback rehearse outage`. Gives the exit status. */
export async function rehearseOutage(
  options: RehearseOptions,
  output: Output,
  { clock, stopped }: CliContext,
): Promise<number> {
  const plan = planOf(options)
  const { chart } = options
  // That nothing can be written there is said now, and not when all is over.
  if (chart !== undefined) await writing(chart, touch)
  output.tell(plan, presentPlan)
  const recording = await runRehearsal(plan, {
    clock,
    stopped,
    say: (line) => output.note(line),
    onInterval: (interval, seen) =>
      output.tell({ interval, recording: seen, plan }, presentInterval),
  })
  const rehearsal = rehearsalOf(plan, recording)
  output.print(rehearsal, presentRehearsal)
  if (chart !== undefined)
    await writing(chart, (file) => writeFile(file, drawChart(recording, plan)))
  return missesAGoal(rehearsal) ? exitStatus.problem : exitStatus.done
}

function planOf({ outage, arrivals, spike, rate, workers }: RehearseOptions): Plan {
  if (rate > arrivals) return { outageMs: outage, arrivals, spike, rate, workers }
  throw new RingbackError(
    'invalid-configuration',
    `--rate: ${rate} a second is not more than what comes in (--arrivals, ${arrivals} a second), so nothing would ever drain`,
  )
}

function rehearsalOf(plan: Plan, recording: Recording): Rehearsal {
  const summary = summarize(recording, plan)
  return { plan, intervals: intervalsOf(recording, plan), summary, goals: judge(summary, plan) }
}

/** All of them again: what came to light late is in them now. */
function intervalsOf(recording: Recording, plan: Plan): Interval[] {
  const { stepMs } = scheduleOf(plan)
  const endMs = recording.samples.at(-1)?.atMs ?? 0
  const starts = Array.from({ length: Math.ceil(endMs / stepMs) }, (_, nth) => nth * stepMs)
  return starts.map((fromMs) => intervalOf(recording, fromMs, Math.min(fromMs + stepMs, endMs)))
}

async function touch(file: string): Promise<void> {
  const handle = await open(file, 'a')
  await handle.close()
}

async function writing(file: string, write: (file: string) => Promise<void>): Promise<void> {
  try {
    await write(file)
  } catch (error) {
    const message = `--chart: ${file} cannot be written: ${messageOf(error)}`
    throw new RingbackError('output-not-writable', message, { cause: error })
  }
}
