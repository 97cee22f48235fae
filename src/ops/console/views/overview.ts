import { html } from 'hono/html'

import { nameOfOne } from '../../../shared/contract/partition.ts'
import { printable } from '../../../shared/text/printable.ts'
import { epochMsOf } from '../../../shared/time/timestamp.ts'
import { conditionsOf, type Condition } from '../../operations/conditions/conditions.ts'
import { unknowns } from '../../operations/control/estimate.ts'
import { byDestination, type OfDestination } from '../../operations/destination/by-destination.ts'
import { figuresOf, type Figures } from '../../operations/stats/figures.ts'
import type { Trend } from '../../operations/stats/trend.ts'
import type { Standing } from '../../operations/stats/standing.ts'
import type { DestinationStats } from '../../operations/stats/destination-stats.ts'
import { plainDuration } from '../../text/plain-time.ts'
import type { Severity } from '../../operations/alerts/alert.ts'
import type { Markup } from '../markup.ts'
import { tableOf } from '../table.ts'
import { timeOf, withTimes } from '../time.ts'
import { trend } from './trend.ts'

export interface Overview {
  basePath: string
  standings: readonly Standing[]
  trends: readonly Trend[]
  nowMs: number
}

/** What needs somebody, and how each destination stands. */
export function overview({ basePath, standings, trends, nowMs }: Overview): Markup {
  return html`<h1>Overview</h1>
    ${needs(conditionsOf(standings, nowMs), basePath)}
    ${
      standings.length === 0
        ? html`<p class="empty">
            No destination is known yet: none is configured here, and nothing was sent.
          </p>`
        : byDestination(standings, ({ stats }) => stats.destination).map((each) =>
            destinationOf(each, {
              basePath,
              nowMs,
              trend: trends.find(({ destination }) => destination === each.destination),
            }),
          )
    }`
}

const marks: Record<Severity, string> = { critical: '■', warning: '▲', info: '●' }

function needs(conditions: readonly Condition[], basePath: string): Markup {
  if (conditions.length === 0) return html``
  return html`<section aria-labelledby="needs">
    <h2 id="needs">Needs you</h2>
    <ul class="conditions">
      ${conditions.map(
        ({ severity, destination: where, message, fix, ...about }) =>
          html`<li class="${severity}">
            <span class="severity"
              ><span aria-hidden="true">${marks[severity]}</span> ${severity}</span
            >
            <p><strong>${printable(where)}</strong>: ${withTimes(printable(message))}.</p>
            <p class="fix">${fix} ${linkOf(about, where, basePath)}</p>
          </li>`,
      )}
    </ul>
  </section>`
}

const ofDeadLetters = ['dead-letters', 'RingbackDeadLettersGrow', 'RingbackDeadLettersWait']

function linkOf(
  { name, run }: Pick<Condition, 'name' | 'run'>,
  where: string,
  basePath: string,
): Markup {
  const query = `?destination=${encodeURIComponent(where)}`
  if (run !== undefined) {
    return html`<a href="${basePath}runs/${encodeURIComponent(run)}${query}">Show it</a>`
  }
  if (!ofDeadLetters.includes(name)) return html``
  return html`<a href="${basePath}dead-letters${query}">Show them</a>`
}

interface Surroundings {
  basePath: string
  nowMs: number
  trend: Trend | undefined
}

function destinationOf(
  each: OfDestination<Standing>,
  { basePath, nowMs, trend: known }: Surroundings,
): Markup {
  const { parts } = each
  const all = figuresOf(each)
  const name = printable(each.destination)
  const query = `?destination=${encodeURIComponent(each.destination)}`
  return html`<section class="destination" aria-label="Destination ${name}">
    <h2>${name} ${statesOf(parts)}</h2>
    <dl class="figures">
      ${[...figures(all, nowMs), ...health(all)].map(
        ({ label, value, note, path, filter = '' }) =>
          html`<div>
            <dt>${label}</dt>
            <dd>
              ${path === undefined ? value : html`<a href="${basePath}${path}${query}${filter}">${value}</a>`}
              ${note === undefined ? '' : html`<small>${note}</small>`}
            </dd>
          </div>`,
      )}
    </dl>
    ${parts.length > 1 ? partitions(each, basePath, nowMs) : ''}
    ${known === undefined ? '' : drawnOnce(known)} ${retrying(all)} ${workersOf(all)}
  </section>`
}

/** Side by side, what they have together. Each leads to what waits in it. */
function partitions(
  { destination, parts }: OfDestination<Standing>,
  basePath: string,
  nowMs: number,
): Markup {
  return tableOf({
    caption: `Partitions of ${printable(destination)}`,
    head: [
      'partition',
      'state',
      'oldest due',
      'due',
      'under way',
      'waiting',
      'inbox',
      'dead letters',
      'booked',
    ],
    rows: parts.map(({ stats }) => {
      const name = nameOfOne(stats.destination)
      const { oldestDueAt, counts, inbox, deadLetters, booked } = stats
      return [
        html`<a href="${basePath}waiting?destination=${encodeURIComponent(name)}"
          >${printable(name)}</a
        >`,
        stateMark(stateOf(stats)),
        lateness(oldestDueAt, nowMs),
        ...[counts.due, counts.underWay, counts.waiting, inbox, deadLetters, booked],
      ]
    }),
    empty: '',
  })
}

/** Thousands of elements, which stay the same for half a minute, however many look. */
const drawn = new WeakMap<Trend, Markup>()

function drawnOnce(known: Trend): Markup {
  const markup = drawn.get(known) ?? trend(known)
  drawn.set(known, markup)
  return markup
}

/** Each that there is, where partitions stand differently. */
function statesOf(parts: readonly Standing[]): Markup {
  const states = new Set(parts.map(({ stats }) => stateOf(stats)))
  return html`${[...states].map(stateMark)}`
}

function stateMark(state: string): Markup {
  return html`<span class="state ${state}">${state}</span> `
}

function stateOf({ dispatch, breaker, workers }: DestinationStats): string {
  if (dispatch === 'paused') return 'paused'
  if (breaker.state === 'open' || breaker.state === 'half-open') return 'failing'
  if (workers === 0) return 'without a worker'
  return breaker.state === 'ramp' ? 'recovering' : 'running'
}

interface Figure {
  label: string
  value: string
  note?: string | Markup
  /** Below the base. */
  path?: string
  /** What is added to the query of that. */
  filter?: string
}

/** Of what nobody knows, who works, and on what it all stands. */
function health({ inDoubt, workers, isRedisSafe, memoryUsedRatio }: Figures): Figure[] {
  const { verifying, held } = inDoubt
  const versions = new Set(workers.map(({ version }) => printable(version)))
  const used =
    memoryUsedRatio === undefined
      ? 'no limit to its memory is set'
      : `${Math.round(memoryUsedRatio * 100)} % of its memory is used`
  return [
    {
      label: 'In doubt',
      value: held === undefined ? 'not known' : grouped(verifying + held),
      note: doubts(verifying, held),
      path: 'dead-letters',
      filter: '&reason=uncertain',
    },
    {
      label: 'Workers',
      value: grouped(workers.length),
      note: versions.size === 0 ? 'none is alive' : `version ${[...versions].join(' and ')}`,
    },
    { label: 'Redis', value: safety(isRedisSafe), note: used },
  ]
}

function figures(all: Figures, nowMs: number): Figure[] {
  const { counts, perSecond, inbox, deadLetters, booked } = all
  return [
    { label: 'Oldest due', value: lateness(all.oldestDueAt, nowMs), path: 'waiting' },
    { label: 'Due now', value: grouped(counts.due), note: drained(all), path: 'waiting' },
    {
      label: 'Under way',
      value: grouped(counts.underWay),
      note: `${perSecond.attempts} attempts a second`,
      path: 'waiting',
    },
    {
      label: 'Waiting for their time',
      value: grouped(counts.waiting),
      note: html`${grouped(counts.dueWithinHour)} within the hour${nextDue(all)}`,
      path: 'waiting',
    },
    { label: 'Inbox', value: grouped(inbox), note: `${perSecond.accepted} accepted a second` },
    {
      label: 'Dead letters',
      value: grouped(deadLetters),
      note: oldestLetter(all),
      path: 'dead-letters',
    },
    {
      label: 'Booked so far',
      value: grouped(booked),
      note: `${perSecond.booked} a second`,
      path: 'results',
    },
    { label: 'Rate', value: rateOf(all), note: configuredRate(all) },
  ]
}

function oldestLetter({ oldestLetterAgeMs: ageMs }: Figures): string {
  return ageMs === undefined
    ? 'nothing to decide about'
    : `the oldest has waited for ${plainDuration(ageMs)}`
}

function doubts(verifying: number, held: number | undefined): string {
  if (held === undefined) return 'Redis refuses it: make its user anew'
  if (verifying + held === 0) return 'all that was sent is known'
  return `Salesforce is asked about ${grouped(verifying)}, ${grouped(held)} wait for somebody to say`
}

function safety(isRedisSafe: boolean | undefined): string {
  if (isRedisSafe === undefined) return 'not known'
  return isRedisSafe ? 'safe' : 'may lose callbacks'
}

function nextDue({ nextDueAt }: Figures): Markup {
  return nextDueAt === undefined ? html`` : html`, the next at ${timeOf(nextDueAt)}`
}

function lateness(oldestDueAt: string | undefined, nowMs: number): string {
  if (oldestDueAt === undefined) return 'none is due'
  const lateMs = nowMs - epochMsOf(oldestDueAt)
  return lateMs < 1_000 ? 'on time' : `${plainDuration(lateMs)} late`
}

function drained({ drain, counts }: Figures): string {
  if (counts.due === 0) return 'nothing waits'
  const { seconds, unknown } = drain
  if (seconds !== undefined) return `done in ${plainDuration(seconds * 1_000)}`
  return unknown === undefined ? 'until when is not known' : unknowns[unknown]
}

function rateOf({ rate }: Figures): string {
  const { current } = rate
  if (current === undefined) return 'not known'
  return current === 'none' ? 'no limit' : `${current} a second`
}

function configuredRate({ rate }: Figures): string {
  const { configured } = rate
  if (configured === undefined) return 'no worker says which is configured'
  return configured === 'none' ? 'no limit is configured' : `${configured} a second is configured`
}

function retrying({ retryingByCode }: Figures): Markup {
  const codes = Object.entries(retryingByCode).toSorted(([, a], [, b]) => b - a)
  if (codes.length === 0) return html``
  return tableOf({
    caption: 'Waiting for another attempt',
    head: ['code of the last one', 'callbacks'],
    rows: codes.map(([code, count]) => [printable(code), count]),
    empty: '',
  })
}

function workersOf({ workers }: Figures): Markup {
  return tableOf({
    caption: 'Workers that are alive',
    head: ['worker', 'version', 'started', 'heard'],
    rows: workers.map(({ name, version, startedAt, heardAt }) => [
      printable(name),
      printable(version),
      timeOf(startedAt),
      timeOf(heardAt),
    ]),
    empty: 'No worker is alive.',
  })
}

function grouped(count: number): string {
  return count.toLocaleString('en')
}
