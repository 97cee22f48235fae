import type { Presenter } from '../../ops/cli/terminal/output.ts'
import { sentenceLines } from '../../ops/cli/terminal/screen.ts'
import { textTable } from '../../ops/cli/present/table.ts'
import { inSeconds, signedPercent, type Goal } from './goals.ts'
import type { Interval } from './interval.ts'
import { expiringOneIn, scheduleOf, type Plan } from './plan.ts'
import type { Recording } from './recording.ts'
import { growingMs, type OutageSummary, type Summary } from './summary.ts'

/** What a rehearsal came to, as programs get it. */
export interface Rehearsal {
  plan: Plan
  intervals: Interval[]
  summary: Summary
  goals: Goal[]
}

export const presentPlan: Presenter<Plan> = (plan, screen) => {
  const { outageMs, arrivals, spike, rate, workers } = plan
  const { stepMs, expiresAfterMs, rampMs } = scheduleOf(plan)
  const sentences = [
    `Salesforce is away for ${inSeconds(outageMs)}, which stand for a day: a line is ${inSeconds(stepMs)}.`,
    `${arrivals} callbacks a second are accepted all the time, and ${spike} at once in between; ${workers} workers send ${rate} a second at most.`,
    `One callback in ${expiringOneIn} expires after ${inSeconds(expiresAfterMs)}. The ramp takes ${inSeconds(rampMs)}; all else is as by default.`,
  ]
  for (const sentence of sentences)
    sentenceLines(sentence, screen).forEach((line) => screen.line(line))
  screen.line()
  screen.line(columns.map(([name, width]) => name.padStart(width)).join(' '))
}

const columns = [
  ['at', 7],
  ['Salesforce', 10],
  ['accepted', 8],
  ['waiting', 7],
  ['under way', 9],
  ['booked', 6],
  ['expired', 7],
  ['requests', 8],
  ['breaker', 9],
] as const

export interface PassedInterval {
  interval: Interval
  recording: Recording
  plan: Plan
}

/** A line: what came in the interval, and how things stood at its end. */
export const presentInterval: Presenter<PassedInterval> = (passed, { line, paint }) => {
  const { accepted, waiting, underWay, booked, expired, requests, breaker, toMs } = passed.interval
  const cells = [
    inSeconds(toMs),
    salesforceAt(passed),
    ...[accepted, waiting, underWay, booked, expired, requests].map(String),
    breaker,
  ]
  const text = cells.map((cell, at) => cell.padStart(columns[at]?.[1] ?? 0)).join(' ')
  line(breaker === 'closed' ? text : paint(breaker === 'ramp' ? 'yellow' : 'red', text))
}

function salesforceAt({ interval, recording, plan }: PassedInterval): string {
  const { phase, toMs } = interval
  const { outageBeganMs = toMs, outageEndedMs = toMs } = recording
  const hours = (sinceMs: number) => `${Math.round((24 * (toMs - sinceMs)) / plan.outageMs)} h`
  if (phase === 'before') return 'up'
  return phase === 'away' ? `away ${hours(outageBeganMs)}` : `back ${hours(outageEndedMs)}`
}

export const presentRehearsal: Presenter<Rehearsal> = ({ plan, summary, goals }, screen) => {
  const { line, paint } = screen
  line()
  line(textTable(['', '', ''], tableRows(summary, plan), screen.columns).trimStart())
  line()
  const rows = goals.map(({ verdict, name, asked, came }) => [verdict, name, came, asked])
  line(textTable(['goal', '', 'came to', 'asked for'], rows, screen.columns))
  line()
  const missed = goals.filter(({ verdict }) => verdict === 'missed').map(({ name }) => name)
  if (missed.length === 0) line(paint('green', 'All goals that could be seen were met.'))
  else line(paint('red', `Missed: ${missed.join(', ')}.`))
}

function tableRows(summary: Summary, { rate }: Plan): [string, string, string][] {
  const { accepted, booked, expired, dead, duplicates, highestRate, heldUpMs } = summary
  const { outage, recovery } = summary
  const { backlog, firstBookingMs, fullRateMs, drainedMs, atFullRate } = recovery
  return [
    ['accepted', String(accepted), ''],
    ['booked', String(booked), ''],
    ['expired', String(expired), ''],
    ['dead', String(dead), 'dead letters for any other reason'],
    ['duplicates', String(duplicates), ''],
    ['highest rate in any second', String(highestRate), `the limit is ${rate}`],
    [
      'this process held up',
      `${Math.round(heldUpMs)} ms`,
      'at most: a busy machine sends late, then closer together',
    ],
    ['requests during the outage', String(outage.requests), describeRequests(outage)],
    ['backlog at recovery', String(backlog ?? '–'), 'accepted and not ended'],
    ['recovery to first booking', shownMs(firstBookingMs), ''],
    ['recovery to full rate', shownMs(fullRateMs), ''],
    ['recovery to drained', shownMs(drainedMs), ''],
    [
      'drain at the full rate',
      shownMs(atFullRate?.tookMs),
      atFullRate === undefined
        ? ''
        : `${atFullRate.callbacks} callbacks, divided by the rate ${inSeconds(atFullRate.expectedMs)}: ` +
          signedPercent(atFullRate.tookMs / atFullRate.expectedMs - 1),
    ],
  ]
}

function describeRequests(outage: OutageSummary): string {
  const { requests, openedAfterMs, firstProbes, laterProbes, laterMs } = outage
  if (openedAfterMs === undefined) return 'the breaker did not open'
  const before = requests - firstProbes - laterProbes
  return (
    `${before} until the breaker was open (${inSeconds(openedAfterMs)}), ${firstProbes} in its first ` +
    `${growingMs / 1_000} s, ${laterProbes} in the ${inSeconds(laterMs)} after`
  )
}

function shownMs(ms: number | undefined): string {
  return ms === undefined ? '–' : inSeconds(ms)
}

export function missesAGoal({ goals }: Rehearsal): boolean {
  return goals.some(({ verdict }) => verdict === 'missed')
}
