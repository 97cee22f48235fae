import { html } from 'hono/html'

import { maskNumber } from '../../../shared/phone/mask.ts'
import type { QueueList } from '../../../shared/store/lookup/queued-jobs.ts'
import { printable } from '../../../shared/text/printable.ts'
import type { WaitingCallback, WaitingPage } from '../../operations/waiting/waiting-page.ts'
import { shortCommandFor } from '../../text/command-for.ts'
import type { Markup } from '../markup.ts'
import { queryOf } from '../query.ts'
import { tableOf } from '../table.ts'
import { timeOf } from '../time.ts'
import { callbackLink, pager } from './lists.ts'

export interface Waiting extends WaitingPage {
  /** Where the only list begins; undefined for the first page. */
  after: string | undefined
}

const names: Record<QueueList, { caption: string; empty: string }> = {
  'under-way': { caption: 'Under way', empty: 'None is under way.' },
  due: { caption: 'Due now', empty: 'None is due.' },
  waiting: { caption: 'Waiting for their time', empty: 'None waits.' },
}

/** What goes next, in its order. */
export function waiting({ destination, lists, after }: Waiting, basePath: string): Markup {
  const path = `${basePath}waiting`
  return html`<h1>Waiting</h1>
    <p>What goes next of ${printable(destination)}, in the order in which it goes.</p>
    ${lists.map(({ list, callbacks, next }) => {
      const { caption, empty } = names[list]
      return html`<h2>${caption}</h2>
        ${tableOf({
          caption,
          head: ['id', 'state', 'due', 'number', 'attempts', 'code'],
          rows: callbacks.map((each) => rowOf(each, basePath)),
          empty: after === undefined ? empty : 'None comes after.',
        })}
        ${pager({ path, asked: { destination, list }, after, next, words: `More: ${caption}` })}`
    })}
    ${lists.length > 1 ? '' : html`<p><a href="${path}${queryOf({ destination })}">All lists</a></p>`}
    <p class="command">
      Why one was not sent: <code>${shortCommandFor('explain ID', destination)}</code>
    </p>`
}

function rowOf(each: WaitingCallback, basePath: string) {
  return [
    callbackLink(basePath, each),
    html`<span class="state ${each.state}">${each.state}</span>`,
    timeOf(each.nextAttemptAt ?? each.dueAt),
    each.callbackNumber === undefined ? '' : maskNumber(each.callbackNumber),
    each.attempts,
    printable(each.code ?? ''),
  ]
}
