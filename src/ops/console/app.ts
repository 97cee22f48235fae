import { randomBytes } from 'node:crypto'

import { Hono, type Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { html } from 'hono/html'

import type { StoreConfig } from '../../shared/config/config.ts'
import type { ConsoleConfig } from '../../shared/config/load.ts'
import { errorCodes, messageOf, RingbackError } from '../../shared/errors/errors.ts'
import { maskNumbersIn } from '../../shared/phone/mask.ts'
import { printable } from '../../shared/text/printable.ts'
import type { Clock } from '../../shared/time/clock.ts'
import { byDestination } from '../operations/destination/by-destination.ts'
import { defaultDestination } from '../operations/destination/target.ts'
import type { Operator } from './access/check-login.ts'
import { createNotices, type Notice } from './actions/notices.ts'
import { serveActions } from './actions/serve-actions.ts'
import { mayBeOperated } from './access/who-asks.ts'
import { readAssets, type Assets } from './assets.ts'
import { eventsOf } from './events.ts'
import { guardAccess, operatorOf, serveLogin, type GateOptions } from './gate.ts'
import { guardForms, guardHeaders, guardHost } from './guard.ts'
import { layout, type Who } from './layout.ts'
import type { Markup } from './markup.ts'
import type { ConsoleObserver } from './observer.ts'
import { pages, type Asked, type View } from './pages.ts'
import { createReader } from './reading.ts'
import { requestKind } from './request-kind.ts'
import type { ConsoleRoutes, ConsoleVariables } from './routes.ts'
import { searchFor } from './search.ts'
import { createTrendReader } from './trend-reader.ts'
import { found } from './views/lists.ts'

export interface ConsoleOptions extends Pick<ConsoleConfig, 'name' | 'basePath' | 'label'> {
  store: StoreConfig
  clock: Clock
  access: Access
  observer: ConsoleObserver
}

/** Who is let in, and how. */
export type Access = Pick<GateOptions, 'rules' | 'sessions' | 'login'>

/** What answers requests. */
export type ConsoleApp = Pick<Hono, 'request' | 'fetch' | 'routes'>

/** Every page of the console. */
export function createConsoleApp(options: ConsoleOptions): ConsoleApp {
  const { store, clock, basePath, name, access, observer } = options
  const assets = readAssets()
  const read = createReader(store, clock, observer)
  const sources = { store, clock, basePath, read, look: createTrendReader(store, clock) }
  const app = new Hono<{ Variables: ConsoleVariables }>().basePath(basePath)
  const site = { ...options, assets }
  const gate = { ...access, clock, site }

  app.use(async (context, next) => {
    const sinceMs = clock.monotonic()
    await next()
    const path = context.req.path.slice(basePath.length - 1)
    const kind = requestKind(context.req.method, path, assets.folder)
    observer.answered(kind, context.res.status, clock.monotonic() - sinceMs)
  })
  app.use(guardHeaders())
  // Who probes knows an address, and no name.
  app.get('/healthz', (context) => context.json({ alive: true }))
  app.use(guardHost(name), guardForms())
  serveAssets(app, assets)
  serveLogin(app, gate)
  app.use(guardAccess(gate))
  app.get(
    '/events',
    eventsOf(read, clock, {
      isKnown: (context) => operatorOf(context, gate) !== undefined,
      listens: () => observer.listens(),
    }),
  )

  const notices = createNotices(() => randomBytes(18).toString('base64url'))
  const show = async (context: Gated, view: View, status: Status = 200) => {
    const { destination = defaultDestination(store.destinations) } = askedIn(context)
    const who = whoLooks(context.get('operator'), access)
    const page = { site, reading: await read(), destination, nowMs: clock.now(), who }
    context.header('cache-control', 'no-store')
    const main = withNotice(view.main, notices.find(context.req.query('notice') ?? ''))
    return context.html(layout({ ...page, ...view, main }), status)
  }

  for (const page of pages) {
    app.get(page.path, async (context) => {
      const mayAct = context.get('operator').role === 'operate' && mayBeOperated(access.rules)
      return show(context, await page.show({ ...sources, mayAct }, askedIn(context)))
    })
  }
  serveActions(app, { store, clock, basePath, rules: access.rules, notices, show })
  app.get('/search', (context) => context.redirect(basePath, 303))
  app.post('/search', bodyLimit({ maxSize: mostBytesSent, onError: tooMuch }), async (context) => {
    const { standings } = await read()
    const known = byDestination(standings, ({ stats }) => stats.destination)
    const destinations = known.map(({ destination }) => destination)
    const answer = await searchFor(store, { text: await textIn(context), destinations }, clock)
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
    const main = trouble(error, headings[status])
    return show(context, { title: 'Not to be shown', view: '', main }, status)
  })
  return app
}

type Status = 200 | 400 | 403 | 404 | 405 | 409 | 500 | 503

type Gated = Context<{ Variables: ConsoleVariables }>

function whoLooks(operator: Operator, { rules, login }: Access): Who {
  const isShared = rules.users === undefined && rules.proxies === undefined
  const isNamed = !isShared || operator.role === 'operate'
  return { operator, isNamed, hasSession: login !== undefined }
}

function withNotice(main: Markup, notice: Notice | undefined): Markup {
  if (notice === undefined) return main
  const mood = notice.isBad ? 'said wrong' : 'said'
  return html`<p class="${mood}" role="status">${notice.words}.</p>
    ${main}`
}

const noPage = html`<h1>Not found</h1>
  <p>There is no page of this name.</p>`

const nothingFound = html`<h1 data-still>Nothing found</h1>
  <p>
    No callback, ContactRequest, call or number of that kind is known at any destination. By number
    and by call, only what a worker has taken in is found. A number is written in E.164, such as
    <code>+18445791189</code>.
  </p>`

/** What of an error people may see: its own words, and what to do. */
function trouble(error: Error, heading: string): Markup {
  const known = error instanceof RingbackError ? errorCodes[error.code] : undefined
  return html`<h1>${heading}</h1>
    <p>${known === undefined ? 'Something went wrong in the console.' : said(error)}</p>
    ${known === undefined ? '' : html`<p class="fix">${known.fix}</p>`}`
}

function said(error: Error): string {
  return maskNumbersIn(printable(messageOf(error)))
}

const notNow = 'This cannot be shown now'
const headings = { 404: 'Not found', 409: 'This cannot be done', 500: notNow, 503: notNow } as const

function statusOf(error: Error): keyof typeof headings {
  if (!(error instanceof RingbackError)) return 500
  if (error.code === 'empty-plan') return 409
  return error.code.startsWith('redis-') ? 503 : 404
}

function serveAssets(app: ConsoleRoutes, { folder, files }: Assets): void {
  for (const { name, contentType, content } of files) {
    app.get(`/${folder}${name}`, (context) => {
      context.header('cache-control', 'public, max-age=31536000, immutable')
      context.header('content-type', contentType)
      return context.body(content)
    })
  }
}

function askedIn({ req }: Context): Asked {
  return {
    id: req.param('id') ?? '',
    destination: req.query('destination'),
    queries: req.queries(),
  }
}

function tooMuch(context: Context) {
  return context.text('That is more than a search can be.\n', 413)
}

const mostSearched = 255
const mostBytesSent = 8_192

async function textIn({ req }: Context): Promise<string> {
  const { q } = await req.parseBody()
  return typeof q === 'string' ? q.trim().slice(0, mostSearched) : ''
}
