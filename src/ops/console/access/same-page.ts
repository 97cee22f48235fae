/** What a browser says of where a request comes from; undefined for what it does not say. */
export interface RequestOrigin {
  /** `Sec-Fetch-Site`, which no page can forge. */
  fetchSite: string | undefined
  origin: string | undefined
  /** The host that the browser believes it talks to. */
  host: string | undefined
}

/**
 * Whether what would change something comes from a page of ours. A browser sends `Sec-Fetch-Site` only to https and to
 * loopback, so that behind plain http, and with old browsers, the origin has to do. Whoever sends neither is refused: it is
 * not a browser, and has the command line.
 */
export function isFromOwnPage({ fetchSite, origin, host }: RequestOrigin): boolean {
  if (fetchSite !== undefined) return fetchSite === 'same-origin'
  if (origin === undefined || host === undefined) return false
  return hostOf(origin) === host.toLowerCase()
}

/** Without the scheme: behind a proxy that ends TLS we cannot tell which one the browser used. */
function hostOf(origin: string): string | undefined {
  return /^https?:\/\/([^/]+)$/i.exec(origin)?.[1]?.toLowerCase()
}
