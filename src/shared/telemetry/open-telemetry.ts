import type * as OpenTelemetry from '@opentelemetry/api'

import { readTraceparent } from '../contract/traceparent.ts'
import { traceScripts, type BeginScript } from './script-spans.ts'
import {
  currentTracer,
  traceWith,
  type OpenSpan,
  type SpanFacts,
  type SpanStart,
  type Tracer,
} from './traces.ts'
import { readVersion } from './version.ts'

type Api = typeof OpenTelemetry
type Span = OpenTelemetry.Span

/** Under which version 1 of the API, in whichever copy of it, finds what an SDK has registered. */
const registry = Symbol.for('opentelemetry.js.api.1')
/** Which of OpenTelemetry's conventions the names of spans and attributes follow. */
const schemaUrl = 'https://opentelemetry.io/schemas/1.37.0'

let starting: Promise<void> | undefined

/**
 * Traces from now on, if an OpenTelemetry SDK is registered in this process. Otherwise nothing is loaded: its API is an optional
 * dependency, and may be absent.
 */
export function startTracing(): Promise<void> | undefined {
  if (!Reflect.has(globalThis, registry)) return undefined
  starting ??= startWith(import('@opentelemetry/api'))
  return starting
}

async function startWith(loading: Promise<Api>): Promise<void> {
  const api = await loading.catch(() => undefined)
  if (api === undefined) return
  const tracer = createTracer(api)
  traceWith(tracer)
  traceScripts(tracer.beginScript)
}

/** Has the SDK hand over what it holds, in a process that is about to end. Takes as long as the SDK does. */
export async function flushTraces(): Promise<void> {
  await starting
  if (currentTracer() === undefined) return
  const { trace } = await import('@opentelemetry/api')
  const proxy = trace.getTracerProvider()
  const provider: object =
    'getDelegate' in proxy ? new Object(call(proxy.getDelegate, proxy)) : proxy
  if ('forceFlush' in provider) await call(provider.forceFlush, provider)
}

/** Only the SDK knows its own methods; the API does not name them. */
function call(method: unknown, of: object): unknown {
  return typeof method === 'function' ? Reflect.apply(method, of, []) : undefined
}

interface ScriptTracer extends Tracer {
  beginScript: BeginScript
}

function createTracer(api: Api): ScriptTracer {
  const { context, trace } = api
  const tracer = trace.getTracerProvider().getTracer('ringback', readVersion(), { schemaUrl })
  const showing = new WeakSet<Span>()
  const begin = (start: SpanStart) => {
    const span = tracer.startSpan(start.name, optionsOf(api, start), around(api, start))
    if (start.showsScripts === true) showing.add(span)
    return span
  }
  return {
    inSpan: async (start, act) => {
      const span = begin(start)
      const open = openSpan(api, span)
      try {
        return await context.with(trace.setSpan(context.active(), span), () => act(open))
      } catch (error) {
        open.fail(wordOf(error))
        throw error
      } finally {
        span.end()
      }
    },
    linkTo: (traceparent) => void trace.getActiveSpan()?.addLinks(linksTo(traceparent)),
    beginScript: (start, isByItself) => {
      const parent = trace.getActiveSpan()
      const isShown = parent !== undefined && showing.has(parent)
      if (!isByItself && !isShown) return undefined
      const span = begin(start)
      return (error) => {
        if (error !== undefined) openSpan(api, span).fail(wordOf(error))
        span.end()
      }
    },
  }
}

function optionsOf(api: Api, { kind, facts, links = [] }: SpanStart): OpenTelemetry.SpanOptions {
  const kinds = {
    producer: api.SpanKind.PRODUCER,
    consumer: api.SpanKind.CONSUMER,
    client: api.SpanKind.CLIENT,
  }
  return {
    kind: kinds[kind],
    attributes: known(facts),
    links: links.flatMap(linksTo),
  }
}

/** What a span is a child of. */
function around(
  { context, trace }: Api,
  { isRoot = false, parent }: SpanStart,
): OpenTelemetry.Context {
  const given = spanContextOf(parent)
  const here = context.active()
  if (given !== undefined) return trace.setSpanContext(here, given)
  return isRoot ? trace.deleteSpan(here) : here
}

function openSpan({ SpanStatusCode, isSpanContextValid }: Api, span: Span): OpenSpan {
  const { traceId, spanId, traceFlags } = span.spanContext()
  const flags = traceFlags.toString(16).padStart(2, '0')
  return {
    traceId,
    spanId,
    traceparent: isSpanContextValid(span.spanContext())
      ? `00-${traceId}-${spanId}-${flags}`
      : undefined,
    rename: (name) => void span.updateName(name),
    note: (facts) => void span.setAttributes(known(facts)),
    linkTo: (traceparent) => void span.addLinks(linksTo(traceparent)),
    fail: (code) => {
      span.setAttribute('error.type', code)
      // Without a message: whoever has worded it may have put a number into it.
      span.setStatus({ code: SpanStatusCode.ERROR })
    },
  }
}

function known(facts: SpanFacts): OpenTelemetry.Attributes {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined))
}

function linksTo(traceparent: string | undefined): OpenTelemetry.Link[] {
  const context = spanContextOf(traceparent)
  return context === undefined ? [] : [{ context }]
}

function spanContextOf(traceparent: string | undefined): OpenTelemetry.SpanContext | undefined {
  const [, traceId, spanId, flags] = readTraceparent(traceparent)?.split('-') ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true }
}

/** A code of ours or of the system, or the kind of error. Without digits, so that it is never a number. */
function wordOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const code = 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^[A-Za-z_-]{1,64}$/.test(code) ? code : error.name
}
