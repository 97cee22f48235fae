import { tryConnection } from '../../../salesforce/try-connection.ts'
import type { DestinationConfig } from '../../../shared/config/config.ts'
import { maskCredentials } from '../../../shared/config/config-problem.ts'
import { proxyFor } from '../../../shared/config/proxy.ts'
import type { Loaded } from './check-configuration.ts'
import type { Finding } from './finding.ts'

const check = 'connection'

/** With `--connect`: the way to Salesforce, up to where a request would begin. Nothing is booked, and nobody is called. */
export async function checkConnections(loaded: Loaded): Promise<Finding[]> {
  if (loaded.kind === 'problems') {
    return [{ check, verdict: 'unknown', message: 'not tried: the configuration is not valid' }]
  }
  return Promise.all(loaded.config.destinations.map(connect))
}

async function connect(destination: DestinationConfig): Promise<Finding> {
  const { name, salesforce, proxy, attemptTimeoutMs: timeoutMs } = destination
  const url = new URL(salesforce.baseUrl)
  const proxyUrl = proxyFor(url, proxy)
  const way = proxyUrl === undefined ? '' : ` through the proxy ${maskCredentials(proxyUrl)}`
  const trial = await tryConnection(url, { proxy, timeoutMs })
  if (trial.kind === 'connected') {
    const parts = url.protocol === 'https:' ? 'name, TCP and TLS' : 'name and TCP'
    return { check, verdict: 'ok', message: `${name}: ${url.host} is reachable${way}: ${parts}` }
  }
  return {
    check,
    verdict: 'fail',
    message: `${name}: ${url.host} cannot be reached${way}: ${trial.message}`,
    fix: 'check the host name, the firewall, HTTPS_PROXY and NO_PROXY on the workers’ machine',
  }
}
