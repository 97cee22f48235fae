import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'

/**
 * Any page in a browser on this machine can send requests here, and a page whose name is made to lead to 127.0.0.1 can read
 * the answers too (DNS rebinding). Neither may steer the sandbox, or use up what it was told to do. A worker is no browser:
 * it sends none of these headers.
 */
export function browserProblem(
  { origin, 'sec-fetch-site': site }: IncomingHttpHeaders,
  ownOrigin: string | undefined,
): string | undefined {
  if (origin !== undefined && origin !== ownOrigin) {
    return 'the sandbox takes no request from a page of another origin'
  }
  return site === undefined || site === 'none' || site === 'same-origin'
    ? undefined
    : 'the sandbox takes no request from a page of another site'
}

/** For what steers the sandbox: a name other than its own may be anybody's. `undefined` where it is its own. */
export function hostProblem(
  { host }: IncomingHttpHeaders,
  listensOn: string | undefined,
): string | undefined {
  const name = hostnameOf(host)
  if (name === 'localhost' || name === listensOn?.toLowerCase() || isIP(name) !== 0)
    return undefined
  return 'the sandbox is steered at an IP address, localhost or the name it was given as its host'
}

function hostnameOf(host: string | undefined): string {
  const url = `http://${host ?? ''}`
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : ''
}
