import type { ConfigProblem } from './config-problem.ts'
import { shownValue } from './config-problem.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** The way out to Salesforce where there is no direct one, as the machine's environment names it for all programs. */
export interface ProxyConfig {
  /** With its credentials. */
  url: string
  /** Hosts that are reached directly, as `NO_PROXY` lists them. */
  except: readonly string[]
}

export interface ProxyReading {
  proxy: ProxyConfig | undefined
  problems: readonly ConfigProblem[]
}

const name = 'HTTPS_PROXY'

/** `HTTPS_PROXY` and `NO_PROXY`, in small letters too, which win, as they do for curl. */
export function readProxy(env: Environment): ProxyReading {
  const text = given(env, name)
  if (text === '') return { proxy: undefined, problems: [] }
  const url = text.includes('://') ? text : `http://${text}`
  if (!isProxyUrl(url)) return { proxy: undefined, problems: [problemWith(text)] }
  const except = given(env, 'NO_PROXY')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
  return { proxy: { url, except }, problems: [] }
}

/**
 * The proxy for this URL, or undefined for the direct way. Of a name in `NO_PROXY` its subdomains are excepted too, with a
 * dot before it or `*.` or without. A sandbox on this machine is never asked for through a proxy.
 */
export function proxyFor(target: URL, proxy: ProxyConfig | undefined): string | undefined {
  if (proxy === undefined || target.protocol !== 'https:' || isLoopback(target.hostname)) {
    return undefined
  }
  const port = target.port === '' ? '443' : target.port
  return proxy.except.some((entry) => bypasses(entry, { host: target.hostname, port }))
    ? undefined
    : proxy.url
}

function bypasses(entry: string, { host, port }: { host: string; port: string }): boolean {
  if (entry === '*') return true
  const [, name = entry, onlyPort] = /^(.*[^:]):(\d+)$/.exec(entry) ?? []
  if (onlyPort !== undefined && onlyPort !== port) return false
  const domain = name.replace(/^\*?\./, '')
  return host === domain || host.endsWith(`.${domain}`)
}

function isLoopback(host: string): boolean {
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host)
}

function given(env: Environment, upper: string): string {
  return (env[upper.toLowerCase()] ?? env[upper] ?? '').trim()
}

function isProxyUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return (protocol === 'http:' || protocol === 'https:') && hostname !== ''
}

function problemWith(text: string): ConfigProblem {
  return {
    name,
    wrong: 'must be the URL of an HTTP proxy',
    got: shownValue(text, 'password'),
    fix: 'write http://[user:password@]host:port, or name the hosts of Salesforce in NO_PROXY and unset it',
  }
}
