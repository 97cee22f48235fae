import { html } from 'hono/html'

import type { StoreConfig } from '../../shared/config/config.ts'
import { queueLists } from '../../shared/store/lookup/queued-jobs.ts'
import type { Clock } from '../../shared/time/clock.ts'
import { readLog } from '../operations/audit/read-log.ts'
import { browseDeadLetters } from '../operations/dead-letters/browse-dead-letters.ts'
import { byDestination } from '../operations/destination/by-destination.ts'
import { resultsPage } from '../operations/results/results-page.ts'
import { runPage, showOneRun } from '../operations/runs/find-runs.ts'
import { findCallback } from '../operations/status/find-callback.ts'
import type { Trend } from '../operations/stats/trend.ts'
import { waitingPage } from '../operations/waiting/waiting-page.ts'
import { askedLetters } from './asked-letters.ts'
import type { Markup } from './markup.ts'
import { oneOf, type Queries } from './query.ts'
import type { Reading } from './reading.ts'
import { callbackLinks, controlLinks, planLinks, runLinks } from './actions/links.ts'
import { deadLetters, unclearLetters } from './views/dead-letters.ts'
import { operatorsLog } from './views/operators-log.ts'
import { results, rowsOnAPage, runs } from './views/lists.ts'
import { overview } from './views/overview.ts'
import { run } from './views/run.ts'
import { story } from './views/story.ts'
import { waiting } from './views/waiting.ts'

/** What a page is made from. */
export interface Sources {
  store: StoreConfig
  clock: Clock
  basePath: string
  read: () => Promise<Reading>
  look: () => Promise<readonly Trend[]>
}

interface Shown extends Sources {
  /** Whether whoever looks may act. */
  mayAct: boolean
}

/** What an address asks for. */
export interface Asked {
  /** Of a callback or a run; empty where the address names none. */
  id: string
  destination: string | undefined
  queries: Queries
}

/** What stands between the head and the foot of a page. */
export interface View {
  title: string
  /** Which the navigation marks. */
  view: string
  main: Markup
}

interface Page {
  path: string
  show: (sources: Shown, asked: Asked) => Promise<View>
}

/** Every page that has an address. */
export const pages: readonly Page[] = [
  {
    path: '/',
    show: async ({ basePath, clock, read, look, mayAct }) => {
      const [{ standings }, trends] = await Promise.all([read(), look()])
      const view = overview({ basePath, standings, trends, nowMs: clock.now() })
      const known = byDestination(standings, ({ stats }) => stats.destination)
      const names = known.map(({ destination }) => destination)
      const main = mayAct ? html`${view} ${controlLinks(basePath, names)}` : view
      return { title: 'Overview', view: 'overview', main }
    },
  },
  {
    path: '/waiting',
    show: async ({ store, basePath }, { destination, queries }) => {
      const list = queueLists.find((each) => each === oneOf(queries, 'list'))
      const after = list === undefined ? undefined : oneOf(queries, 'after')
      const page = await waitingPage(store, { destination, list, after, count: rowsOnAPage })
      const main = waiting({ ...asAsked(page, destination), after }, basePath)
      return { title: 'Waiting', view: 'waiting', main }
    },
  },
  {
    path: '/dead-letters',
    show: async ({ store, basePath, clock, mayAct }, { destination, queries }) => {
      const { typed, filter, problems } = askedLetters(queries, clock.now())
      const view = { title: 'Dead letters', view: 'dead-letters' }
      if (problems.length > 0) {
        return { ...view, main: unclearLetters(problems, { basePath, destination, typed }) }
      }
      const after = oneOf(queries, 'after')
      const asked = { destination, filter, after, limit: rowsOnAPage }
      const page = asAsked(await browseDeadLetters(store, asked, clock), destination)
      const list = deadLetters(page, { basePath, typed, after })
      return { ...view, main: mayAct ? html`${list} ${planLinks({ ...page, basePath })}` : list }
    },
  },
  {
    path: '/results',
    show: async ({ store, basePath }, { destination, queries }) => {
      const after = placeMatching(queries, /^\d{1,20}-\d{1,20}$/)
      const page = await resultsPage(store, { destination, before: after, limit: rowsOnAPage })
      const main = results({ ...asAsked(page, destination), after }, basePath)
      return { title: 'Results', view: 'results', main }
    },
  },
  {
    path: '/runs',
    show: async ({ store, basePath }, { destination, queries }) => {
      const after = placeMatching(queries, /^\d{1,15}$/)
      const beforeMs = after === undefined ? undefined : Number(after)
      const page = await runPage(store, { destination, beforeMs, limit: rowsOnAPage })
      return {
        title: 'Runs',
        view: 'runs',
        main: runs({ ...asAsked(page, destination), after }, basePath),
      }
    },
  },
  {
    path: '/runs/:id',
    show: async ({ store, basePath, mayAct }, { id, destination }) => {
      const shown = asAsked(await showOneRun(store, { id, destination }), destination)
      const links = mayAct ? runLinks(shown, { ...shown, basePath }) : ''
      const main = html`<div data-moving="${shown.state}">${run(shown)} ${links}</div>`
      return { title: shown.id, view: 'runs', main }
    },
  },
  {
    path: '/log',
    show: async ({ store, basePath }, { destination, queries }) => {
      const before = /^\d{1,20}-\d{1,20}$/.exec(oneOf(queries, 'before') ?? '')?.[0]
      const log = await readLog(store, { destination, before, limit: rowsOnAPage })
      const main = operatorsLog(asAsked(log, destination), basePath)
      return { title: 'Operators’ log', view: 'log', main }
    },
  },
  {
    path: '/callbacks/:id',
    show: async ({ store, clock, basePath, mayAct }, { id, destination }) => {
      const callback = await findCallback(store, { id, destination }, clock)
      const { record } = callback
      const links = mayAct ? callbackLinks(record, { ...record, basePath }) : ''
      return { title: record.id, view: '', main: html`${story(callback)} ${links}` }
    },
  },
]

/** `d/0` has the same keys as `d`, which means all partitions: what a page leads to is of what was asked for. */
function asAsked<Answer extends { destination: string }>(
  answer: Answer,
  destination = answer.destination,
): Answer {
  return { ...answer, destination }
}

/** Where a page begins; what cannot be a place is none. */
function placeMatching(queries: Queries, pattern: RegExp): string | undefined {
  const after = oneOf(queries, 'after')
  return after !== undefined && pattern.test(after) ? after : undefined
}
