import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'

/**
 * Any page in a browser on this machine can send requests here, and a page whose name is made to lead to 127.0.0.1 can read
 * the answers too (DNS rebinding). Neither may control the sandbox or use up its faults. A worker is not a browser:
 * it sends none of these headers.
 */
export function browserProblem(
  { origin, 'sec-fetch-site': site }: IncomingHttpHeaders,
  ownOrigin: string | undefined,
): string | undefined {
  if (origin !== undefined && origin !== ownOrigin) {
    return 'the sandbox does not accept requests from pages of another origin'
  }
  return site === undefined || site === 'none' || site === 'same-origin'
    ? undefined
    : 'the sandbox does not accept requests from pages of another site'
}

/** For the control endpoint: a name other than its own may be anybody's. `undefined` where it is its own. */
export function hostProblem(
  { host }: IncomingHttpHeaders,
  listensOn: string | undefined,
): string | undefined {
  const name = hostnameOf(host)
  if (name === 'localhost' || name === listensOn?.toLowerCase() || isIP(name) !== 0)
    return undefined
  return 'the control endpoint must be addressed by an IP address, by localhost or by the name given as the host'
}

function hostnameOf(host: string | undefined): string {
  const url = `http://${host ?? ''}`
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : ''
}
