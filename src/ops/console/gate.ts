import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'

import type { Clock } from '../../shared/time/clock.ts'
import type { LoginAnswer, LoginTry } from './access/login-desk.ts'
import type { Operator } from './access/check-login.ts'
import { longestMs, type Sessions } from './access/sessions.ts'
import { clientAddress, whoAsks, type AccessRules } from './access/who-asks.ts'
import type { ConsoleRoutes } from './routes.ts'
import type { Site } from './layout.ts'
import { loginPage, loginWords } from './views/login.ts'

export interface GateOptions {
  rules: AccessRules
  sessions: Sessions
  /** Undefined where nobody logs in. */
  login: ((login: LoginTry) => Promise<LoginAnswer>) | undefined
  clock: Clock
  site: Site
}

const cookieName = 'ringback-session'
/** Sent with what a page asks for by itself. */
const liveHeader = 'x-ringback-live'
const mostBytes = 8_192

/** Who asks: undefined for somebody that the console does not know. */
export function operatorOf(context: Context, options: GateOptions): Operator | undefined {
  const { rules, sessions, clock } = options
  const { req } = context
  const isReading = req.method === 'GET' || req.method === 'HEAD'
  return whoAsks(rules, sessions, {
    address: peerOf(context),
    userHeader: req.header(rules.userHeader),
    sessionId: getCookie(context, cookieName),
    isLive: isReading && (req.header(liveHeader) !== undefined || req.path.endsWith('/events')),
    nowMs: clock.now(),
  })
}

/** Lets nobody by whom the console does not know. */
export function guardAccess(options: GateOptions): MiddlewareHandler {
  return async (context, next) => {
    const operator = operatorOf(context, options)
    if (operator !== undefined) {
      context.set('operator', operator)
      return next()
    }
    const { method, url } = context.req
    const { pathname, search } = new URL(url)
    const isPage = method === 'GET' && !pathname.endsWith('/events')
    const to = isPage ? `${pathname}${search}` : options.site.basePath
    return askWho(context, options, { status: 401, to, words: '', name: '' })
  }
}

/** The ways in and out. */
export function serveLogin(app: ConsoleRoutes, options: GateOptions): void {
  const { login, sessions, clock, site } = options
  const limit = bodyLimit({
    maxSize: mostBytes,
    onError: (context) => context.text('That is more than a login can be.\n', 413),
  })
  app.get('/login', (context) => context.redirect(site.basePath, 303))
  app.post('/login', limit, async (context) => {
    if (login === undefined) return context.redirect(site.basePath, 303)
    const sent = await context.req.parseBody()
    const [name, password, to] = [
      textOf(sent['name']),
      textOf(sent['password']),
      ownPath(sent['to'], site),
    ]
    const answer = await login({ name, password, address: addressOf(context, options) })
    if (answer.kind !== 'in') return refuseLogin(context, options, { answer, name, to })
    sessions.end(getCookie(context, cookieName) ?? '')
    setCookie(context, cookieName, sessions.begin(answer.operator, clock.now()), {
      path: site.basePath,
      httpOnly: true,
      sameSite: 'Strict',
      // Only the proxy knows. Whoever lies about it has a cookie that his own browser does not send back.
      secure: context.req.header('x-forwarded-proto') === 'https',
      maxAge: longestMs / 1_000,
    })
    return context.redirect(to, 303)
  })
  app.post('/logout', (context) => {
    sessions.end(getCookie(context, cookieName) ?? '')
    deleteCookie(context, cookieName, { path: site.basePath })
    return context.redirect(site.basePath, 303)
  })
}

interface Refused {
  answer: Exclude<LoginAnswer, { kind: 'in' }>
  name: string
  to: string
}

function refuseLogin(context: Context, options: GateOptions, { answer, name, to }: Refused) {
  const status = answer.kind === 'wrong' ? 401 : answer.kind === 'wait' ? 429 : 503
  if (answer.kind === 'wait') {
    context.header('retry-after', String(Math.ceil(answer.waitMs / 1_000)))
  }
  return askWho(context, options, { status, to, words: loginWords(answer), name })
}

interface Question {
  status: 401 | 429 | 503
  /** Where to go on. */
  to: string
  words: string
  name: string
}

function askWho(context: Context, { site, login }: GateOptions, { status, ...asked }: Question) {
  context.header('cache-control', 'no-store')
  return context.html(loginPage({ ...asked, site, canLogIn: login !== undefined }), status)
}

function peerOf(context: Context): string | undefined {
  // Asked by a test, there is no connection.
  return context.env === undefined ? undefined : getConnInfo(context).remote.address
}

function addressOf(context: Context, { rules }: GateOptions): string {
  return clientAddress(rules, peerOf(context), context.req.header('x-forwarded-for'))
}

/** Never to another host, whatever somebody has put into the form. */
function ownPath(given: unknown, { basePath }: Site): string {
  const text = textOf(given)
  const base = 'http://console.invalid'
  if (!text.startsWith(basePath) || !URL.canParse(text, base)) return basePath
  const { origin, pathname, search } = new URL(text, base)
  return origin === base && pathname.startsWith(basePath) && !pathname.startsWith('//')
    ? `${pathname}${search}`
    : basePath
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
