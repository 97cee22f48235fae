export type SalesforceUrl = { kind: 'ok'; baseUrl: string } | { kind: 'problem'; message: string }

const loopbackHost = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** Where something secret may be sent: the hosts, and the paths a URL may have. */
interface Api {
  host: RegExp
  hostName: string
  path: RegExp
  pathName: string
}

/** A label may hold hyphens inside, doubled too: `acme--qa.sandbox.my.salesforce-scrt.com` (salesforce.md section 8). */
const telephony: Api = {
  host: /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+salesforce-scrt\.com$/,
  hostName: 'salesforce-scrt.com',
  path: /^\/(?:telephony\/v1\/?)?$/,
  pathName: '/telephony/v1',
}

/** The core REST API answers on the My Domain host only; the login hosts and Lightning do not. */
const core: Api = {
  host: /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+my\.salesforce\.com$/,
  hostName: 'my.salesforce.com',
  path: /^\/$/,
  pathName: '/',
}

const tokenPath = '/services/oauth2/token'

const token: Api = {
  host: /^(?:(?:login|test)|(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+my)\.salesforce\.com$/,
  hostName: 'my.salesforce.com (or login or test.salesforce.com)',
  path: new RegExp(`^(?:/|${tokenPath})$`),
  pathName: tokenPath,
}

/** The base URL of the telephony API, if it is one that a signed token may be sent to. */
export function parseSalesforceUrl(text: string): SalesforceUrl {
  const parsed = parse(text, telephony)
  if (parsed.kind === 'problem') return parsed
  return { kind: 'ok', baseUrl: `${parsed.baseUrl}/telephony/v1` }
}

/** The base URL of the core REST API: `https://host`, without a path. */
export function parseCoreUrl(text: string): SalesforceUrl {
  return parse(text, core)
}

/** The token endpoint of the core REST API, with its path. */
export function parseTokenUrl(text: string): SalesforceUrl {
  const parsed = parse(text, token)
  return parsed.kind === 'ok' ? { kind: 'ok', baseUrl: tokenUrlOn(parsed.baseUrl) } : parsed
}

export function tokenUrlOn(origin: string): string {
  return `${origin}${tokenPath}`
}

/** The org's core host beside a telephony host: My Domain names both alike. A sandbox on a loopback address is both. */
export function coreUrlBeside(telephonyUrl: string): string | undefined {
  const { protocol, host, hostname } = new URL(telephonyUrl)
  if (loopbackHost.test(hostname)) return `${protocol}//${host}`
  const myDomain = /^(.+\.my)\.salesforce-scrt\.com$/.exec(hostname)?.[1]
  return myDomain === undefined ? undefined : `https://${myDomain}.salesforce.com`
}

export function isLoopbackUrl(url: string): boolean {
  return loopbackHost.test(new URL(url).hostname)
}

/**
 * The host is judged after the URL parser has normalised it (case, decimal and short IPv4, percent-encoding), and the
 * result is put together from what was judged, never from the text.
 */
function parse(text: string, api: Api): SalesforceUrl {
  if (!/^https?:\/\//i.test(text)) return problem('does not start with https://')
  if (!/^[!-~]+$/.test(text) || text.includes('\\')) {
    return problem('has a character that no URL of Salesforce has')
  }
  if (text.includes('@')) return problem('has a user name or password')
  if (/[?#]/.test(text)) return problem('has a query or a fragment')
  if (!URL.canParse(text)) return problem('is not a URL')
  return judge(new URL(text), api)
}

function judge(url: URL, api: Api): SalesforceUrl {
  if (!api.path.test(url.pathname)) return problem(`has a path other than ${api.pathName}`)
  if (loopbackHost.test(url.hostname)) return ok(url)
  if (!api.host.test(url.hostname)) return problem(wrongHost(url.hostname, api))
  if (url.protocol !== 'https:') return problem('is not https')
  if (url.port !== '') return problem('has a port')
  return ok(url)
}

function wrongHost(host: string, api: Api): string {
  const other = api === telephony ? 'salesforce.com' : 'salesforce-scrt.com'
  const myDomain = host.endsWith(`.my.${other}`) ? host.slice(0, -other.length) : undefined
  if (myDomain === undefined) {
    return `is neither on a host under ${api.hostName} nor on a loopback address`
  }
  return api === telephony
    ? `is the address of the org, its telephony host should be ${myDomain}salesforce-scrt.com`
    : `is the address of telephony, the host of the org should be ${myDomain}salesforce.com`
}

function ok({ protocol, host }: URL): SalesforceUrl {
  return { kind: 'ok', baseUrl: `${protocol}//${host}` }
}

function problem(message: string): SalesforceUrl {
  return { kind: 'problem', message }
}
