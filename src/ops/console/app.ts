import { Hono, type Context } from 'hono'
import { html } from 'hono/html'

import type { StoreConfig } from '../../shared/config/config.ts'
import type { ConsoleConfig } from '../../shared/config/load.ts'
import { errorCodes, messageOf, RingbackError } from '../../shared/errors/errors.ts'
import { maskNumbersIn } from '../../shared/phone/mask.ts'
import { readNextInQueue } from '../../shared/store/lookup/next-in-queue.ts'
import { newestResults } from '../../shared/store/results/results.ts'
import { printable } from '../../shared/text/printable.ts'
import type { Clock } from '../../shared/time/clock.ts'
import { deadLetterPage } from '../operations/dead-letters/list-dead-letters.ts'
import { withAnyDestination } from '../operations/destination/any-destination.ts'
import { findRuns, showOneRun } from '../operations/runs/find-runs.ts'
import { findCallback } from '../operations/status/find-callback.ts'
import { readAssets, type Assets } from './assets.ts'
import { eventsOf } from './events.ts'
import { guardForms, guardHeaders, guardHost } from './guard.ts'
import { layout } from './layout.ts'
import type { Markup } from './markup.ts'
import { createReader } from './reading.ts'
import { createTrendReader } from './trend-reader.ts'
import { searchFor } from './search.ts'
import { deadLetters, found, results, rowsOnAPage, runs } from './views/lists.ts'
import { overview } from './views/overview.ts'
import { run } from './views/run.ts'
import { story } from './views/story.ts'
import { waiting } from './views/waiting.ts'

export interface ConsoleOptions extends Pick<ConsoleConfig, 'name' | 'basePath' | 'label'> {
  store: StoreConfig
  clock: Clock
}

interface View {
  title: string
  view: string
  main: Markup
}

/** What answers requests. */
export type ConsoleApp = Pick<Hono, 'request' | 'fetch'>

/** Every page of the console. Nothing here changes anything. */
export function createConsoleApp(options: ConsoleOptions): ConsoleApp {
  const { store, clock, basePath, name } = options
  const assets = readAssets()
  const read = createReader(store, clock)
  const look = createTrendReader(store, clock)
  const app = new Hono().basePath(basePath)

  app.use(guardHost(name), guardHeaders(), guardForms())
  serveAssets(app, assets)
  app.get('/healthz', (context) => context.json({ alive: true }))
  app.get('/events', eventsOf(read, clock))

  const show = async (context: Context, view: View, status: 200 | 404 | 500 | 503 = 200) => {
    const page = { site: { ...options, assets }, reading: await read(), nowMs: clock.now() }
    context.header('cache-control', 'no-store')
    return context.html(layout({ ...page, ...view }), status)
  }

  app.get('/', async (context) => {
    const { standings } = await read()
    const main = overview({ basePath, standings, trends: await look(), nowMs: clock.now() })
    return show(context, { title: 'Overview', view: 'overview', main })
  })
  app.get('/dead-letters', async (context) => {
    const page = { offset: offsetIn(context), limit: rowsOnAPage }
    const letters = await deadLetterPage(store, { ...page, destination: destinationIn(context) })
    const main = deadLetters(letters, basePath)
    return show(context, { title: 'Dead letters', view: 'dead-letters', main })
  })
  app.get('/waiting', async (context) => {
    const next = await withAnyDestination(store, destinationIn(context), async (at) => ({
      destination: at.ref.destination,
      ...(await readNextInQueue(at, rowsOnAPage)),
    }))
    return show(context, { title: 'Waiting', view: 'waiting', main: waiting(next, basePath) })
  })
  app.get('/results', async (context) => {
    const page = await withAnyDestination(store, destinationIn(context), async (at) => ({
      destination: at.ref.destination,
      results: (await newestResults(at, { sinceMs: 0, count: rowsOnAPage })).toReversed(),
    }))
    return show(context, { title: 'Results', view: 'results', main: results(page, basePath) })
  })
  app.get('/runs', async (context) => {
    const main = runs(await findRuns(store, destinationIn(context)), basePath)
    return show(context, { title: 'Runs', view: 'runs', main })
  })
  app.get('/runs/:id', async (context) => {
    const id = context.req.param('id')
    const shown = await showOneRun(store, { id, destination: destinationIn(context) })
    return show(context, { title: shown.id, view: 'runs', main: run(shown) })
  })
  app.get('/callbacks/:id', async (context) => {
    const request = { id: context.req.param('id'), destination: destinationIn(context) }
    const callback = await findCallback(store, request, clock)
    return show(context, { title: callback.record.id, view: '', main: story(callback) })
  })
  app.get('/search', (context) => context.redirect(basePath, 303))
  app.post('/search', async (context) => {
    const { q } = await context.req.parseBody()
    const text = typeof q === 'string' ? q.trim().slice(0, mostSearched) : ''
    const { standings } = await read()
    const destinations = standings.map(({ stats }) => stats.destination)
    const answer = await searchFor(store, { text, destinations }, clock)
    if (answer.kind === 'one') {
      const { id, destination } = answer
      const query = `?destination=${encodeURIComponent(destination)}`
      return context.redirect(`${basePath}callbacks/${encodeURIComponent(id)}${query}`, 303)
    }
    const main = answer.kind === 'none' ? nothingFound : found(answer.found, basePath)
    return show(context, { title: 'Found', view: '', main })
  })

  app.notFound((context) => show(context, { title: 'Not found', view: '', main: noPage }, 404))
  app.onError((error, context) => {
    const status = statusOf(error)
    return show(context, { title: 'Not to be shown', view: '', main: trouble(error) }, status)
  })
  return app
}

const mostSearched = 255

const noPage = html`<h1>Not found</h1>
  <p>There is no page of this name.</p>`

const nothingFound = html`<h1 data-still>Nothing found</h1>
  <p>
    No callback, ContactRequest, call or number of that kind is known at any destination. By number
    and by call, only what a worker has taken in is found.
  </p>`

/** What of an error people may see: its own words, and what to do. */
function trouble(error: Error): Markup {
  const known = error instanceof RingbackError ? errorCodes[error.code] : undefined
  return html`<h1>This cannot be shown now</h1>
    <p>${known === undefined ? 'Something went wrong in the console.' : said(error)}</p>
    ${known === undefined ? '' : html`<p class="fix">${known.fix}</p>`}`
}

function said(error: Error): string {
  return maskNumbersIn(printable(messageOf(error)))
}

function statusOf(error: Error): 404 | 500 | 503 {
  if (!(error instanceof RingbackError)) return 500
  return error.code.startsWith('redis-') ? 503 : 404
}

function serveAssets(app: Pick<Hono, 'get'>, { folder, files }: Assets): void {
  for (const { name, contentType, content } of files) {
    app.get(`/${folder}${name}`, (context) => {
      context.header('cache-control', 'public, max-age=31536000, immutable')
      context.header('content-type', contentType)
      return context.body(content)
    })
  }
}

function destinationIn(context: Context): string | undefined {
  return context.req.query('destination')
}

function offsetIn(context: Context): number {
  const offset = context.req.query('offset') ?? '0'
  return /^\d{1,9}$/.test(offset) ? Number(offset) : 0
}
