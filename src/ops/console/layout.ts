import { html } from 'hono/html'

import { nameOfOne } from '../../shared/contract/partition.ts'
import { printable } from '../../shared/text/printable.ts'
import type { Operator } from './access/check-login.ts'
import type { Assets } from './assets.ts'
import { byDestination } from '../operations/destination/by-destination.ts'
import { conditionsOf, verdictOf, type Condition } from '../operations/conditions/conditions.ts'
import type { Markup } from './markup.ts'
import type { Reading } from './reading.ts'
import { keysDialog } from './views/keys.ts'
import { timeOf, withTimes } from './time.ts'

export interface Site {
  basePath: string
  label: string | undefined
  assets: Assets
}

export interface Page {
  site: Site
  reading: Reading
  /** Of the view, such as `Dead letters`. */
  title: string
  /** The view that the navigation marks. */
  view: string
  /** Which is shown. */
  destination: string
  nowMs: number
  main: Markup
  who: Who
}

/** Who looks, and what the page says of it. */
export interface Who {
  operator: Operator
  /** False where nobody logs in and nobody may act: then there is nothing to say. */
  isNamed: boolean
  hasSession: boolean
}

const views = [
  { view: 'overview', path: '', name: 'Overview' },
  { view: 'waiting', path: 'waiting', name: 'Waiting' },
  { view: 'dead-letters', path: 'dead-letters', name: 'Dead letters' },
  { view: 'results', path: 'results', name: 'Results' },
  { view: 'runs', path: 'runs', name: 'Runs' },
  { view: 'log', path: 'log', name: 'Operators’ log' },
] as const

/** What stands before the body of every page. */
export function head({ basePath, label, assets }: Site, title: string): Markup {
  return html`<head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${title} · Ringback${label === undefined ? '' : ` · ${label}`}</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="${basePath}${assets.folder}console.css" />
    <script type="module" src="${basePath}${assets.folder}console.js"></script>
  </head>`
}

/** A whole page. What a browser has in its tab says the worst thing first. */
export function layout(page: Page): Markup {
  const { site, reading, title, view, nowMs, main } = page
  const { basePath, label } = site
  const conditions = conditionsOf(reading.standings, nowMs)
  const needing = conditions.filter(({ severity }) => severity !== 'info')
  const mark = reading.failure === undefined ? needing.length : '!'
  const prefix = mark === 0 ? '' : `(${mark}) `
  return html`<!doctype html>
    <html lang="en">
      ${head(site, `${prefix}${title}`)}
      <body data-view="${view}" data-revision="${reading.revision}" data-events="${basePath}events">
        <a class="skip" href="#main">Skip to the content</a>
        <header>
          <a class="brand" href="${basePath}">Ringback</a>
          ${label === undefined ? '' : html`<span class="label">${label}</span>`}
          <nav aria-label="Views">
            ${views.map(
              (each) =>
                html`<a
                  href="${basePath}${each.path}"
                  ${each.view === view ? html`aria-current="page"` : ''}
                  >${each.name}</a
                > `,
            )}
          </nav>
          <form class="search" method="post" action="${basePath}search" role="search">
            <label class="unseen" for="search">Search</label>
            <input
              id="search"
              name="q"
              type="search"
              required
              maxlength="255"
              autocomplete="off"
              placeholder="id, call, record or number"
              aria-keyshortcuts="/"
            />
            <button>Find</button>
          </form>
          ${whoOf(page)}
        </header>
        ${verdict(reading, conditions)}
        <main id="main" tabindex="-1">${destinationsOf(page)} ${main}</main>
        <footer>
          <p id="live" data-state="still">
            Read ${timeOf(reading.atMs)}. <span id="liveness">Reload the page to read again.</span>
          </p>
          <p class="controls" hidden>
            <button id="pause" type="button" aria-pressed="false" aria-keyshortcuts="p">
              Pause updates
            </button>
            <button id="zone" type="button" aria-pressed="false" aria-keyshortcuts="u">
              Local time
            </button>
            <button id="show-keys" type="button" aria-keyshortcuts="?">Keys</button>
          </p>
        </footer>
        ${keysDialog()}
      </body>
    </html>`
}

function whoOf({ site, who }: Page): Markup {
  const { operator, isNamed, hasSession } = who
  if (!isNamed) return html``
  const name = html`<span class="who"
    >${printable(operator.name)} (${operator.role === 'view' ? 'only looks' : 'may act'})</span
  >`
  if (!hasSession) return name
  return html`<form class="who" method="post" action="${site.basePath}logout">
    ${name} <button>Log out</button>
  </form>`
}

/** Lists are of one destination: from here those of the others are reached, and those of one partition. */
function destinationsOf({ site, reading, view, destination }: Page): Markup {
  const names = namesOf(reading)
  const list = views.find((each) => each.view === view && each.path !== '')
  if (list === undefined || names.length < 2) return html``
  return html`<nav class="destinations" aria-label="Destinations">
    ${names.map(
      (name) =>
        html`<a
          href="${site.basePath}${list.path}?destination=${encodeURIComponent(name)}"
          ${name === destination ? html`aria-current="page"` : ''}
          >${printable(name)}</a
        > `,
    )}
  </nav>`
}

function namesOf({ standings }: Reading): string[] {
  const together = byDestination(standings, ({ stats }) => stats.destination)
  return together.flatMap(({ destination, parts }) => {
    const partitions = parts.map(({ stats }) => nameOfOne(stats.destination))
    return parts.length === 1 ? [destination] : [destination, ...partitions]
  })
}

function verdict({ failure, atMs, standings }: Reading, conditions: readonly Condition[]): Markup {
  if (failure !== undefined) {
    return html`<p id="verdict" class="verdict critical" role="status">
      Redis cannot be asked since ${timeOf(failure.sinceMs)}. Figures are of ${timeOf(atMs)}.
    </p>`
  }
  const [worst] = conditions
  const mood = worst === undefined || worst.severity === 'info' ? 'calm' : worst.severity
  return html`<p id="verdict" class="verdict ${mood}" role="status">
    ${withTimes(verdictOf(conditions, standings.length > 1))}
  </p>`
}
