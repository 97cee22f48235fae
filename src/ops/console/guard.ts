import type { MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'

/** Nothing from elsewhere, nothing written into the page, and nobody may frame it. */
export function guardHeaders(): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
    referrerPolicy: 'no-referrer',
    xFrameOptions: 'DENY',
    crossOriginResourcePolicy: 'same-origin',
    crossOriginOpenerPolicy: 'same-origin',
    // A proxy knows whether it speaks TLS; here nothing does.
    strictTransportSecurity: false,
  })
}

const ownNames = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * A page of somebody else may have its own name resolve to this machine (DNS rebinding), and would then be of the same origin as
 * the console, but for the name that the browser asks by.
 */
export function guardHost(name: string | undefined): MiddlewareHandler {
  return async (context, next) => {
    const host = hostnameOf(context.req.header('host') ?? '')
    if (host !== undefined && (ownNames.has(host) || host === name?.toLowerCase())) return next()
    return context.text(
      'This console is not served under that name. See RINGBACK_CONSOLE_NAME.\n',
      421,
    )
  }
}

function hostnameOf(host: string): string | undefined {
  const url = `http://${host}/`
  if (!URL.canParse(url)) return undefined
  const { hostname } = new URL(url)
  return /^127(?:\.\d{1,3}){3}$/.test(hostname) ? '127.0.0.1' : hostname
}

/** What a form sends has to come from a page of ours. Browsers say so; who is none may say what it likes, and changes nothing. */
export function guardForms(): MiddlewareHandler {
  return async (context, next) => {
    const { req } = context
    if (req.method === 'GET' || req.method === 'HEAD') return next()
    const site = req.header('sec-fetch-site')
    const origin = req.header('origin')
    const isOwn = site === undefined ? isOrigin(origin, req.header('host')) : site === 'same-origin'
    return isOwn ? next() : context.text('That form is not of this console.\n', 403)
  }
}

/** A browser that knows no Sec-Fetch-Site says where a form is from. */
function isOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined || !URL.canParse(origin)) return false
  return new URL(origin).host === host
}
