import { maskInternationalNumbersIn } from '../phone/mask.ts'

/** A span that has ended, as far as there may be numbers in it. */
export interface RedactableSpan {
  readonly attributes: object
  readonly events: readonly { readonly attributes?: object | undefined }[]
  readonly status: object
}

/** A SpanProcessor of OpenTelemetry's SDK. */
export interface SpanRedaction {
  onStart(): void
  onEnd(span: RedactableSpan): void
  forceFlush(): Promise<void>
  shutdown(): Promise<void>
}

/** Of Redis: `evalsha`, and then all that a script was given. */
const statements = new Set(['db.statement', 'db.query.text'])
/** Where Salesforce is asked what it has booked, the number is in the query. */
const parameters = /^(?:db\.(?:query|operation)\.parameter\..*|url\.query)$/
const urls = new Set(['url.full', 'http.url', 'http.target'])
const hidden = '?'

/**
 * Takes customers' numbers out of the spans that others make of our commands and requests: instrumentations of ioredis and of
 * HTTP. Stands before the processor that hands spans over, and changes them in place. Spans of our own hold none.
 */
export function redactSpans(): SpanRedaction {
  return {
    onStart: () => undefined,
    onEnd: ({ attributes, events, status }) => {
      redact(attributes)
      for (const event of events) redact(event.attributes ?? {})
      redact(status)
    },
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  }
}

function redact(fields: object): void {
  for (const [name, value] of Object.entries(fields)) {
    const redacted = redactedValue(name, value)
    if (redacted !== value) Reflect.set(fields, name, redacted)
  }
}

function redactedValue(name: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each: unknown) => redactedValue(name, each))
  if (typeof value !== 'string') return value
  if (statements.has(name)) return /^[A-Za-z_.-]*/.exec(value)?.[0] ?? ''
  if (parameters.test(name)) return hidden
  if (urls.has(name)) return withoutQuery(value)
  return maskInternationalNumbersIn(value)
}

function withoutQuery(url: string): string {
  const at = url.indexOf('?')
  return at === -1 ? url : `${url.slice(0, at)}${hidden}`
}
