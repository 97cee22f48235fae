import { html } from 'hono/html'

import { deadReasons } from '../../../shared/contract/states.ts'
import type { LetterKinds } from '../../../shared/store/dead-letters/letter-kinds.ts'
import { printable } from '../../../shared/text/printable.ts'
import type { BrowsedLetters } from '../../operations/dead-letters/browse-dead-letters.ts'
import { isFiltered, type TypedFilter } from '../asked-letters.ts'
import { shortCommandFor } from '../../text/command-for.ts'
import type { Markup } from '../markup.ts'
import { queryOf } from '../query.ts'
import { tableOf } from '../table.ts'
import { timeOf } from '../time.ts'
import { callbackLink, pager } from './lists.ts'

export interface DeadLetters {
  basePath: string
  typed: TypedFilter
  /** Where this page begins; undefined for the first. */
  after: string | undefined
}

/** Dead letters, oldest first, and what there are. */
export function deadLetters(page: BrowsedLetters, { basePath, typed, after }: DeadLetters): Markup {
  const { destination, total, deadLetters: letters, next } = page
  const name = printable(destination)
  const path = `${basePath}dead-letters`
  return html`<h1>Dead letters</h1>
    <p>${total.toLocaleString('en')} of ${name}, oldest first.</p>
    ${kindsOf(page.kinds, { path, destination, typed })} ${filterForm({ path, destination, typed })}
    ${isFiltered(typed) ? html`<p role="status">${howFar(page)}</p>` : ''}
    ${tableOf({
      caption: `Dead letters of ${name}`,
      head: ['id', 'died', 'reason', 'code', 'message', 'attempts', 'note'],
      rows: letters.map((each) => [
        callbackLink(basePath, each),
        timeOf(each.diedAt),
        each.reason,
        printable(each.code),
        printable(each.message),
        each.attempts,
        each.possibleDuplicate ? 'may be booked' : '',
      ]),
      empty: emptyWords(page, typed),
    })}
    ${pager({
      path,
      asked: { destination, ...typed },
      after,
      next,
      words: letters.length === 0 ? 'Look further' : 'Younger',
    })}
    <p class="command">
      On the command line: <code>${shortCommandFor('dead-letters list', destination)}</code>
    </p>`
}

/** In place of the list, where it cannot be told which are meant. */
export function unclearLetters(
  problems: readonly string[],
  asked: Omit<FilterForm, 'path'> & { basePath: string },
): Markup {
  const path = `${asked.basePath}dead-letters`
  return html`<h1>Dead letters</h1>
    ${problems.map((problem) => html`<p class="said wrong" role="alert">${problem}</p>`)}
    ${filterForm({ ...asked, path })}`
}

interface FilterForm {
  path: string
  destination: string | undefined
  typed: TypedFilter
}

function filterForm({ path, destination, typed }: FilterForm): Markup {
  const field = (name: 'code' | 'since' | 'until' | 'attribute', label: string, hint: string) =>
    html`<label
      >${label}
      <input
        name="${name}"
        value="${printable(typed[name] ?? '')}"
        maxlength="200"
        autocomplete="off"
        placeholder="${hint}"
    /></label> `
  return html`<form class="filter" method="get" action="${path}" aria-label="Filter">
    ${destination === undefined ? '' : html`<input type="hidden" name="destination" value="${destination}" />`}
    <label
      >Reason
      <select name="reason">
        <option value="">any</option>
        ${deadReasons.map(
          (reason) =>
            html`<option ${reason === typed.reason ? html`selected` : ''}>${reason}</option>`,
        )}
      </select>
    </label>
    ${field('code', 'Code', 'any')} ${field('since', 'Died since', '2h, or 2026-02-26T15:00Z')}
    ${field('until', 'Died before', 'now')} ${field('attribute', 'Attribute', 'name=value')}
    <label class="tick"
      ><input
        type="checkbox"
        name="doubtful"
        value="yes"
        ${typed.doubtful === 'yes' ? html`checked` : ''}
      />
      May be booked</label
    >
    <button>Show</button>
    ${isFiltered(typed) ? html`<a href="${path}${queryOf({ destination })}">Show all</a>` : ''}
  </form>`
}

/** So many kinds are worth a link. */
const mostKinds = 12

function kindsOf({ kinds, total, lookedAt }: LetterKinds, { path, ...asked }: FilterForm): Markup {
  if (kinds.length === 0) return html``
  const isAll = lookedAt === total
  const { destination, typed } = asked
  const shown = kinds.slice(0, mostKinds)
  const rest = kinds.slice(mostKinds).reduce((sum, { count }) => sum + count, 0)
  const all = kinds.reduce((sum, { count }) => sum + count, 0)
  const said = (count: number) =>
    isAll ? count.toLocaleString('en') : `about ${Math.round((100 * count) / all)} %`
  return html`<section class="kinds" aria-label="By reason and code">
    <p>
      ${
        isAll
          ? 'By reason and code:'
          : `By reason and code, of ${lookedAt} that were looked at, spread evenly over ${total.toLocaleString('en')}:`
      }
    </p>
    <ul>
      ${shown.map(({ reason, code, count }) => {
        const isChosen = reason === typed.reason && code === (typed.code ?? '')
        const query = queryOf({ destination, ...typed, reason, code: code || undefined })
        return html`<li>
          <a href="${path}${query}" ${isChosen ? html`aria-current="true"` : ''}
            >${reason} ${printable(code)}</a
          >
          ${said(count)}
        </li>`
      })}
      ${rest === 0 ? '' : html`<li>others ${said(rest)}</li>`}
    </ul>
  </section>`
}

function howFar({ deadLetters: letters, lookedAt, next, total }: BrowsedLetters): string {
  const found = `${letters.length} found among ${lookedAt.toLocaleString('en')} that were looked at`
  if (next === undefined) return `${found}, to the youngest.`
  return `${found}, of ${total.toLocaleString('en')} in all. There may be more further on.`
}

function emptyWords({ total, next }: BrowsedLetters, typed: TypedFilter): string {
  if (total === 0) return 'There are none.'
  if (!isFiltered(typed)) return 'There are none further on.'
  return next === undefined ? 'None fits.' : 'None fits among those that were looked at.'
}
