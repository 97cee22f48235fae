export type SalesforceUrl = { kind: 'ok'; baseUrl: string } | { kind: 'problem'; message: string }

/** A label may hold hyphens inside, doubled too: `acme--qa.sandbox.my.salesforce-scrt.com` (salesforce.md section 8). */
const salesforceHost = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+salesforce-scrt\.com$/
const loopbackHost = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/**
 * The base URL of the telephony API, if it is one that a signed token may be sent to. The host is judged after the
 * URL parser has normalised it (case, decimal and short IPv4, percent-encoding), and the result is put together from
 * what was judged, never from the text.
 */
export function parseSalesforceUrl(text: string): SalesforceUrl {
  if (!/^https?:\/\//i.test(text)) return problem('does not start with https://')
  if (!/^[!-~]+$/.test(text) || text.includes('\\')) {
    return problem('has a character that no URL of Salesforce has')
  }
  if (text.includes('@')) return problem('has a user name or password')
  if (/[?#]/.test(text)) return problem('has a query or a fragment')
  if (!URL.canParse(text)) return problem('is no URL')
  return judge(new URL(text))
}

function judge(url: URL): SalesforceUrl {
  if (!/^\/(?:telephony\/v1\/?)?$/.test(url.pathname)) {
    return problem('has a path other than /telephony/v1')
  }
  if (loopbackHost.test(url.hostname)) return ok(url)
  if (!salesforceHost.test(url.hostname)) return problem(wrongHost(url.hostname))
  if (url.protocol !== 'https:') return problem('is not https')
  if (url.port !== '') return problem('has a port')
  return ok(url)
}

function wrongHost(host: string): string {
  const myDomain = /^([a-z0-9.-]+)\.my\.salesforce\.com$/.exec(host)?.[1]
  return myDomain === undefined
    ? 'is neither on a host under salesforce-scrt.com nor on a loopback address'
    : `is the address of the org, its telephony host should be ${myDomain}.my.salesforce-scrt.com`
}

function ok({ protocol, host }: URL): SalesforceUrl {
  return { kind: 'ok', baseUrl: `${protocol}//${host}/telephony/v1` }
}

function problem(message: string): SalesforceUrl {
  return { kind: 'problem', message }
}
