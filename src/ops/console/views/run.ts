import { html } from 'hono/html'

import { nameOfOne } from '../../../shared/contract/partition.ts'
import { printable } from '../../../shared/text/printable.ts'
import { countsOfPlan, warningsOfPlan } from '../../operations/runs/plan-in-words.ts'
import type { ShownRun } from '../../operations/runs/shown-run.ts'
import { commandFor } from '../../text/command-for.ts'
import { plainDuration } from '../../text/plain-time.ts'
import { quoted } from '../../text/quoted.ts'
import type { Markup } from '../markup.ts'
import { tableOf } from '../table.ts'
import { timeOf } from '../time.ts'

/** A plan, a run on its way, or its receipt. */
export function run(shown: ShownRun): Markup {
  const { id, kind, state, stateWhy, counts, rate, takesMs } = shown
  const done = counts.sent + counts.skipped
  return html`<h1>${printable(id)}</h1>
    <p>
      <span class="state ${state}">${state}</span>
      ${stateWhy === undefined ? '' : `(${stateWhy.replaceAll('-', ' ')})`} A ${kind} of
      ${counts.selected.toLocaleString('en')} callbacks of ${printable(shown.destination)}.
    </p>
    <p>
      <label for="progress">Sent or skipped: ${done} of ${counts.selected}</label>
      <progress id="progress" max="${Math.max(1, counts.selected)}" value="${done}"></progress>
    </p>
    ${tableOf({
      caption: 'How they stand',
      head: ['sent', 'on their way', 'booked', 'dead', 'cancelled', 'skipped', 'remaining'],
      rows: [
        [
          ...[counts.sent, counts.outstanding, counts.booked, counts.dead],
          ...[counts.cancelled, counts.skipped, counts.remaining],
        ],
      ],
      empty: '',
    })}
    ${partitionsOf(shown)} ${selectionOf(shown)}
    <dl class="facts">
      <dt>Rate</dt>
      <dd>${rate === 'none' ? 'no limit of its own' : `${rate} a second`}</dd>
      ${
        takesMs === undefined
          ? ''
          : html`<dt>What remains takes</dt>
              <dd>${plainDuration(takesMs)}</dd>`
      }
      <dt>Planned</dt>
      <dd>${timeOf(shown.createdAt)} ${who(shown.createdBy)} ${printable(shown.reason ?? '')}</dd>
      <dt>Started</dt>
      <dd>${timeOf(shown.startedAt)} ${who(shown.startedBy)}</dd>
      <dt>Over</dt>
      <dd>${timeOf(shown.endedAt)}</dd>
    </dl>
    <p class="command">
      On the command line:
      <code
        >${commandFor(`runs ${state === 'paused' ? 'resume' : 'show'} ${quoted(id)}`, shown.destination)}</code
      >
    </p>`
}

/** Side by side, where there are several: each has its own canary, and may stop by itself. */
function partitionsOf({ partitions = [] }: ShownRun): Markup {
  if (partitions.length === 0) return html``
  return tableOf({
    caption: 'How they stand in each partition',
    head: [
      'partition',
      'state',
      'selected',
      'sent',
      'on their way',
      'booked',
      'dead',
      'skipped',
      'remaining',
    ],
    rows: partitions.map(({ destination, state, stateWhy, counts }) => [
      printable(nameOfOne(destination)),
      html`<span class="state ${state}">${state}</span> ${stateWhy?.replaceAll('-', ' ') ?? ''}`,
      ...[counts.selected, counts.sent, counts.outstanding, counts.booked],
      ...[counts.dead, counts.skipped, counts.remaining],
    ]),
    empty: '',
  })
}

/** Which they are, as they were counted when the plan was made. */
function selectionOf(shown: ShownRun): Markup {
  const counted = countsOfPlan(shown)
  return html`${warningsOfPlan(shown).map((warning) => html`<p class="caution">▲ ${warning}.</p>`)}
  ${
    counted.length === 0
      ? ''
      : tableOf({
          caption: 'Which they are',
          head: ['by', 'which', 'callbacks'],
          rows: counted.map(([by = '', which = '', count]) => [by, which, Number(count)]),
          empty: '',
        })
  }`
}

function who(name: string | undefined): string {
  return name === undefined ? '' : `by ${printable(name)}`
}
