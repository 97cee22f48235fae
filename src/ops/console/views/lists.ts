import { html } from 'hono/html'

import { printable } from '../../../shared/text/printable.ts'
import type { Result } from '../../../shared/store/results/results.ts'
import type { DeadLetterPage } from '../../operations/dead-letters/list-dead-letters.ts'
import type { Found } from '../../operations/find/find-callbacks.ts'
import type { RunList } from '../../operations/runs/find-runs.ts'
import type { Markup } from '../markup.ts'
import { tableOf } from '../table.ts'
import { timeOf } from '../time.ts'

export const rowsOnAPage = 50

/** A callback's own page. */
export function callbackLink(basePath: string, id: string, destination: string): Markup {
  const path = `${basePath}callbacks/${encodeURIComponent(id)}?destination=${encodeURIComponent(destination)}`
  return html`<a href="${path}">${printable(id)}</a>`
}

export function deadLetters(page: DeadLetterPage, basePath: string): Markup {
  const { destination, total, offset, deadLetters: letters, otherDestinations } = page
  const name = printable(destination)
  return html`<h1>Dead letters</h1>
    <p>${total.toLocaleString('en')} of ${name}, oldest first.</p>
    ${tableOf({
      caption: `Dead letters of ${name}`,
      head: ['id', 'died', 'reason', 'code', 'message', 'attempts', 'note'],
      rows: letters.map((each) => [
        callbackLink(basePath, each.id, destination),
        timeOf(each.diedAt),
        each.reason,
        printable(each.code),
        printable(each.message),
        each.attempts,
        each.possibleDuplicate ? 'may be booked' : '',
      ]),
      empty: total === 0 ? 'There are none.' : 'There are none so far down.',
    })}
    ${pager({ basePath: `${basePath}dead-letters`, destination, offset, total })}
    ${otherDestinations.map(
      (other) =>
        html`<p>
          <a href="${basePath}dead-letters?destination=${encodeURIComponent(other)}"
            >Dead letters of ${printable(other)}</a
          >, which is not configured here.
        </p>`,
    )}
    <p class="command">On the command line: <code>ringback dead-letters list</code></p>`
}

interface Pages {
  basePath: string
  destination: string
  offset: number
  total: number
}

function pager({ basePath, destination, offset, total }: Pages): Markup {
  const link = (at: number, words: string, rel: string) =>
    html`<a
      rel="${rel}"
      href="${basePath}?destination=${encodeURIComponent(destination)}&offset=${at}"
      >${words}</a
    > `
  return html`<p class="pager">
    ${offset > 0 ? link(Math.max(0, Math.min(offset, total) - rowsOnAPage), 'Older', 'prev') : ''}
    ${offset + rowsOnAPage < total ? link(offset + rowsOnAPage, 'Newer', 'next') : ''}
  </p>`
}

export interface ResultsPage {
  destination: string
  /** Newest first. */
  results: readonly Result[]
}

export function results({ destination, results: all }: ResultsPage, basePath: string): Markup {
  const name = printable(destination)
  return html`<h1>Results</h1>
    <p>The newest ${rowsOnAPage} ends of ${name}.</p>
    ${tableOf({
      caption: `Results of ${name}`,
      head: ['id', 'ended', 'how', 'why', 'record', 'attempts', 'note'],
      rows: all.map((each) => [
        callbackLink(basePath, each.id, destination),
        timeOf(each.at),
        html`<span class="state ${each.state}">${each.state}</span>`,
        printable([each.reason, each.code].filter((word) => word !== undefined).join(', ')),
        each.recordId ?? '',
        each.attempts,
        each.possibleDuplicate ? 'may be booked twice' : '',
      ]),
      empty: 'Nothing has ended yet.',
    })}
    <p class="command">On the command line: <code>ringback results --follow</code></p>`
}

export function runs({ destination, runs: all }: RunList, basePath: string): Markup {
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
      empty: 'There are none.',
    })}
    <p class="command">On the command line: <code>ringback redrive --plan</code></p>`
}

/** What a search has found, where it is not one callback alone. */
export function found({ destination, callbacks, more, inbox }: Found, basePath: string): Markup {
  return html`<h1 data-still>Found</h1>
    ${tableOf({
      caption: 'Callbacks, newest first',
      head: ['id', 'state', 'accepted', 'number', 'attempts', 'record'],
      rows: callbacks.map((each) => [
        callbackLink(basePath, each.id, destination),
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
