import { html } from 'hono/html'

import type { StoreConfig } from '../../shared/config/config.ts'
import { readNextInQueue } from '../../shared/store/lookup/next-in-queue.ts'
import { newestResults } from '../../shared/store/results/results.ts'
import type { Clock } from '../../shared/time/clock.ts'
import { readLog } from '../operations/audit/read-log.ts'
import { deadLetterPage } from '../operations/dead-letters/list-dead-letters.ts'
import { withAnyDestination } from '../operations/destination/any-destination.ts'
import { findRuns, showOneRun } from '../operations/runs/find-runs.ts'
import { findCallback } from '../operations/status/find-callback.ts'
import type { Trend } from '../operations/stats/trend.ts'
import type { Markup } from './markup.ts'
import type { Reading } from './reading.ts'
import { deadLetters, results, rowsOnAPage, runs } from './views/lists.ts'
import { operatorsLog } from './views/operators-log.ts'
import { callbackLinks, controlLinks, planLinks, runLinks } from './actions/links.ts'
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
  offset: number
  /** Where a page of the operators' log ended. */
  before: string | undefined
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
      const names = standings.map(({ stats }) => stats.destination)
      const main = mayAct ? html`${view} ${controlLinks(basePath, names)}` : view
      return { title: 'Overview', view: 'overview', main }
    },
  },
  {
    path: '/waiting',
    show: async ({ store, basePath }, { destination }) => {
      const next = await withAnyDestination(store, destination, async (at) => ({
        destination: at.ref.destination,
        next: await readNextInQueue(at, rowsOnAPage),
      }))
      return { title: 'Waiting', view: 'waiting', main: waiting(next, basePath) }
    },
  },
  {
    path: '/dead-letters',
    show: async ({ store, basePath, mayAct }, { destination, offset }) => {
      const page = await deadLetterPage(store, { destination, offset, limit: rowsOnAPage })
      const view = deadLetters(page, basePath)
      const main = mayAct ? html`${view} ${planLinks({ ...page, basePath })}` : view
      return { title: 'Dead letters', view: 'dead-letters', main }
    },
  },
  {
    path: '/results',
    show: async ({ store, basePath }, { destination }) => {
      const page = await withAnyDestination(store, destination, async (at) => ({
        destination: at.ref.destination,
        results: (await newestResults(at, { sinceMs: 0, count: rowsOnAPage })).toReversed(),
      }))
      return { title: 'Results', view: 'results', main: results(page, basePath) }
    },
  },
  {
    path: '/runs',
    show: async ({ store, basePath }, { destination }) => {
      const main = runs(await findRuns(store, destination), basePath)
      return { title: 'Runs', view: 'runs', main }
    },
  },
  {
    path: '/runs/:id',
    show: async ({ store, basePath, mayAct }, { id, destination }) => {
      const shown = await showOneRun(store, { id, destination })
      const links = mayAct ? runLinks(shown, { ...shown, basePath }) : ''
      const main = html`<div data-moving="${shown.state}">${run(shown)} ${links}</div>`
      return { title: shown.id, view: 'runs', main }
    },
  },
  {
    path: '/log',
    show: async ({ store, basePath }, { destination, before }) => {
      const log = await readLog(store, { destination, before, limit: rowsOnAPage })
      return { title: 'Operators’ log', view: 'log', main: operatorsLog(log, basePath) }
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
