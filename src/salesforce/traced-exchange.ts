import { currentTracer, type SpanStart } from '../shared/telemetry/traces.ts'
import type { Evidence } from '../shared/delivery/salesforce-answer.ts'

/** Without the call's id, and without the query: it has the customer's number. */
const templates = {
  salesforce: '/telephony/v1/voiceCalls/{callId}/requestCallback',
  token: '/services/oauth2/token',
  query: '/services/data/{version}/query',
} as const

interface TracedRequest {
  readonly method: string
  readonly url: URL
  readonly step: keyof typeof templates
  readonly resend?: number | undefined
}

type Result = Evidence &
  ({ readonly kind: 'answered'; status: number } | { readonly kind: 'failed'; code: string })

/** A span of one request, in the words of OpenTelemetry's conventions for HTTP. */
export function tracedExchange<Known extends Result>(
  request: TracedRequest,
  exchange: () => Promise<Known>,
): Promise<Known> {
  const tracer = currentTracer()
  if (tracer === undefined) return exchange()
  return tracer.inSpan(spanOf(request), async (span) => {
    const result = await exchange()
    const { phase, bytesSent } = result
    const sent = { 'ringback.phase': phase, 'ringback.bytes_sent': bytesSent }
    if (result.kind === 'failed') {
      span.note(sent)
      span.fail(result.code)
      return result
    }
    const { status } = result
    span.note({ ...sent, 'http.response.status_code': status })
    if (status >= 400) span.fail(`${status}`)
    return result
  })
}

function spanOf({ method, url, step, resend }: TracedRequest): SpanStart {
  return {
    name: `${method} ${templates[step]}`,
    kind: 'client',
    facts: {
      'http.request.method': method,
      'server.address': url.hostname,
      'server.port': Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
      'url.template': templates[step],
      'http.request.resend_count': resend,
    },
  }
}
