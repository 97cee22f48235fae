import type { ProxyConfig } from '../shared/config/proxy.ts'
import { createExchanger } from './exchange.ts'

export type ConnectionResult = { kind: 'connected' } | { kind: 'failed'; message: string }

/** Resolves the name, connects and makes the TLS handshake as for an attempt, and sends no byte of a request. */
export async function tryConnection(
  url: URL,
  { proxy, timeoutMs }: { proxy: ProxyConfig | undefined; timeoutMs: number },
): Promise<ConnectionResult> {
  const exchanger = createExchanger({ proxy })
  try {
    const result = await exchanger.exchange({
      step: 'query',
      about: {},
      method: 'GET',
      url,
      headers: {},
      timeoutMs,
      signal: undefined,
      maySend: () => false,
    })
    // Held back is what is left when the connection is there.
    if (result.kind === 'answered' || result.code === 'lock-at-risk') return { kind: 'connected' }
    return { kind: 'failed', message: result.message }
  } finally {
    exchanger.close()
  }
}
