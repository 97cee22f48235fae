import { html } from 'hono/html'

import { printable } from '../../../shared/text/printable.ts'
import type { Found } from '../../operations/find/find-callbacks.ts'
import type { ResultsPage } from '../../operations/results/results-page.ts'
import type { RunPage } from '../../operations/runs/find-runs.ts'
import { shortCommandFor } from '../../text/command-for.ts'
import type { Markup } from '../markup.ts'
import { queryOf } from '../query.ts'
import { tableOf } from '../table.ts'
import { timeOf } from '../time.ts'

export const rowsOnAPage = 50

/** A callback's own page. Of a destination in partitions, the one that it is in. */
export function callbackLink(
  basePath: string,
  { id, destination }: { id: string; destination: string },
): Markup {
  const path = `${basePath}callbacks/${encodeURIComponent(id)}?destination=${encodeURIComponent(destination)}`
  return html`<a href="${path}">${printable(id)}</a>`
}

interface Pages {
  /** Of the list, with the base path. */
  path: string
  /** What is asked for beside the place. */
  asked: Readonly<Record<string, string | undefined>>
  /** Where this page begins; undefined for the first. */
  after: string | undefined
  /** Where the next one begins; undefined where there is none. */
  next: string | undefined
  words: string
}

/** What is further back is where the browser goes back to. */
export function pager({ path, asked, after, next, words }: Pages): Markup {
  return html`<p class="pager">
    ${after === undefined ? '' : html`<a href="${path}${queryOf(asked)}">From the first</a> `}
    ${
      next === undefined
        ? ''
        : html`<a rel="next" href="${path}${queryOf({ ...asked, after: next })}">${words}</a>`
    }
  </p>`
}

export function results(
  { destination, results: all, next, after }: ResultsPage & { after: string | undefined },
  basePath: string,
): Markup {
  const name = printable(destination)
  return html`<h1>Results</h1>
    <p>Ends of ${name}, newest first.</p>
    ${tableOf({
      caption: `Results of ${name}`,
      head: ['id', 'ended', 'how', 'why', 'record', 'attempts', 'note'],
      rows: all.map((each) => [
        callbackLink(basePath, each),
        timeOf(each.at),
        html`<span class="state ${each.state}">${each.state}</span>`,
        printable([each.reason, each.code].filter((word) => word !== undefined).join(', ')),
        each.recordId ?? '',
        each.attempts,
        each.possibleDuplicate ? 'may be booked twice' : '',
      ]),
      empty: after === undefined ? 'Nothing has ended yet.' : 'There are none before.',
    })}
    ${pager({ path: `${basePath}results`, asked: { destination }, after, next, words: 'Older' })}
    <p class="command">
      On the command line: <code>${shortCommandFor('results --follow', destination)}</code>
    </p>`
}

export function runs(
  { destination, runs: all, nextMs, after }: RunPage & { after: string | undefined },
  basePath: string,
): Markup {
  const name = printable(destination)
  return html`<h1>Runs</h1>
    <p>Plans and runs of ${name}, newest first.</p>
    ${tableOf({
      caption: `Plans and runs of ${name}`,
      head: ['id', 'state', 'sent', 'booked', 'dead', 'skipped', 'made', 'by'],
      rows: all.map(({ id, state, counts, createdAt, createdBy = '' }) => [
        html`<a href="${basePath}runs/${id}?destination=${encodeURIComponent(destination)}"
          >${printable(id)}</a
        >`,
        html`<span class="state ${state}">${state}</span>`,
        `${counts.sent} of ${counts.selected}`,
        counts.booked,
        counts.dead,
        counts.skipped,
        timeOf(createdAt),
        printable(createdBy),
      ]),
      empty: after === undefined ? 'There are none.' : 'There are none before.',
    })}
    ${pager({
      path: `${basePath}runs`,
      asked: { destination },
      after,
      next: nextMs === undefined ? undefined : String(nextMs),
      words: 'Older',
    })}
    <p class="command">
      On the command line: <code>${shortCommandFor('redrive --plan', destination)}</code>
    </p>`
}

/** What a search has found, where it is not one callback alone. */
export function found({ destination, callbacks, more, inbox }: Found, basePath: string): Markup {
  return html`<h1 data-still>Found</h1>
    ${tableOf({
      caption: 'Callbacks, newest first',
      head: ['id', 'state', 'accepted', 'number', 'attempts', 'record'],
      rows: callbacks.map((each) => [
        callbackLink(basePath, { id: each.id, destination }),
        html`<span class="state ${each.state}">${each.state}</span>`,
        timeOf(each.acceptedAt),
        each.number ?? '',
        each.attempts,
        each.recordId ?? '',
      ]),
      empty: 'No callback fits.',
    })}
    ${more ? html`<p>There are more than these.</p>` : ''}
    ${inbox > 0 ? html`<p>${inbox} entries of the inbox are not taken in yet: whose they are is not known.</p>` : ''}`
}
