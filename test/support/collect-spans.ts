import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base'

/** Everything that has ended. */
export interface CollectedSpans {
  all(): ReadableSpan[]
  named(name: string): ReadableSpan[]
  forget(): void
}

/** Registers an SDK in this process, as whoever runs Ringback would before it is loaded. `first`: what sees spans before they are kept. */
export function collectSpans(first: readonly SpanProcessor[] = []): CollectedSpans {
  const exporter = new InMemorySpanExporter()
  const spanProcessors = [...first, new SimpleSpanProcessor(exporter)]
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors }))
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  const all = () => exporter.getFinishedSpans()
  return {
    all,
    named: (name) => all().filter((span) => span.name === name),
    forget: () => exporter.reset(),
  }
}

export function linksOf(span: ReadableSpan | undefined): string[] {
  return (span?.links ?? []).map(({ context: { spanId } }) => spanId)
}

export function spanIdOf(span: ReadableSpan | undefined): string {
  return span?.spanContext().spanId ?? 'no span'
}
