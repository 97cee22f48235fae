/**
 * What is told of the time that work takes, to whoever collects traces. Nobody does unless an OpenTelemetry SDK is registered in
 * this process (open-telemetry.ts): then there is a tracer, and it costs nothing otherwise.
 */
export interface Tracer {
  /** Does what a span is about. It ends with that, as failed if that rejects. */
  inSpan<Result>(start: SpanStart, act: (span: OpenSpan) => Promise<Result>): Promise<Result>
  /** Links the span that whoever asks is in. */
  linkTo(traceparent: string | undefined): void
}

export interface SpanStart {
  readonly name: string
  readonly kind: 'producer' | 'consumer' | 'client'
  readonly facts: SpanFacts
  /** What it follows from, as W3C trace context. */
  readonly links?: readonly (string | undefined)[]
  /** A trace of its own, whatever it is begun in. */
  readonly isRoot?: boolean
  /** In the trace of that instead, as its child: W3C trace context. */
  readonly parent?: string | undefined
  /** Each script that runs within is a span of its own. Not for what runs hundreds. */
  readonly showsScripts?: boolean
}

/** Words and figures of ours: never a text that somebody else has worded, which may hold a number. */
export type SpanFacts = Readonly<Record<string, string | number | boolean | undefined>>

export interface OpenSpan {
  readonly traceId: string
  readonly spanId: string
  /** W3C trace context, by which later spans link to this one; undefined where the span is none. */
  readonly traceparent: string | undefined
  rename(name: string): void
  note(facts: SpanFacts): void
  linkTo(traceparent: string | undefined): void
  /** By a word for programs. */
  fail(code: string): void
}

let current: Tracer | undefined

/** Whoever asks does his work without a span where there is none, and makes nothing up for one. */
export function currentTracer(): Tracer | undefined {
  return current
}

export function traceWith(tracer: Tracer | undefined): void {
  current = tracer
}
