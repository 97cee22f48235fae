import type { MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'

import { isFromOwnPage } from './access/same-page.ts'

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
    // Without any, a browser does not say either where a form is from, unless it asks by TLS or on this machine.
    referrerPolicy: 'same-origin',
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

/** What a form sends has to come from a page of ours, even where it changes nothing. */
export function guardForms(): MiddlewareHandler {
  return async (context, next) => {
    const { req } = context
    if (req.method === 'GET' || req.method === 'HEAD') return next()
    const isOwn = isFromOwnPage({
      fetchSite: req.header('sec-fetch-site'),
      origin: req.header('origin'),
      host: req.header('host'),
    })
    return isOwn ? next() : context.text('That form is not of this console.\n', 403)
  }
}
