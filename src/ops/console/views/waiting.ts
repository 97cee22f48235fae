import { html } from 'hono/html'

import { maskNumber } from '../../../shared/phone/mask.ts'
import type { FoundCallback } from '../../../shared/store/lookup/found-callback.ts'
import type { NextInQueue } from '../../../shared/store/lookup/next-in-queue.ts'
import { printable } from '../../../shared/text/printable.ts'
import type { Markup } from '../markup.ts'
import { tableOf } from '../table.ts'
import { timeOf } from '../time.ts'
import { callbackLink, rowsOnAPage } from './lists.ts'

export interface Waiting {
  destination: string
  next: NextInQueue
}

/** What goes next, in its order. */
export function waiting({ destination, next }: Waiting, basePath: string): Markup {
  const name = printable(destination)
  const table = (caption: string, callbacks: readonly FoundCallback[], empty: string) =>
    tableOf({
      caption,
      head: ['id', 'state', 'due', 'number', 'attempts', 'code'],
      rows: callbacks.map((each) => [
        callbackLink(basePath, each.id, destination),
        html`<span class="state ${each.state}">${each.state}</span>`,
        timeOf(each.nextAttemptAt ?? each.dueAt),
        each.callbackNumber === undefined ? '' : maskNumber(each.callbackNumber),
        each.attempts,
        printable(each.code ?? ''),
      ]),
      empty,
    })
  return html`<h1>Waiting</h1>
    <p>Of each kind the next ${rowsOnAPage} of ${name}, in the order in which they go.</p>
    <h2>Under way</h2>
    ${table('Under way', next.underWay, 'None is under way.')}
    <h2>Due now</h2>
    ${table('Due now', next.due, 'None is due.')}
    <h2>Waiting for their time</h2>
    ${table('Waiting for their time', next.waiting, 'None waits.')}
    <p class="command">Why one was not sent: <code>ringback explain ID</code></p>`
}
