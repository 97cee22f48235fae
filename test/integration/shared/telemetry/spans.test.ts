import { SpanStatusCode, trace } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'
import { beforeEach, expect, it } from 'vitest'

import { redriveDeadLetter } from '../../../../src/shared/store/dead-letters/dead-letters.ts'
import { systemClock } from '../../../../src/shared/time/clock.ts'
import { startTracing } from '../../../../src/shared/telemetry/open-telemetry.ts'
import { sampleCallback, sendRaw } from '../../../support/callbacks.ts'
import { collectSpans, linksOf, spanIdOf } from '../../../support/collect-spans.ts'
import { resultsOfAll, resultsUntil } from '../../../support/results.ts'
import { setup, type Bundle, type WorkerWorld } from '../../../support/ringback.ts'

const spans = collectSpans()
await startTracing()

beforeEach(() => spans.forget())

const one = sampleCallback('one')
const given = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

it('traces a callback from its submission over the bridge to each attempt, by links', async () => {
  const bundle = await setup()
  bundle.sandbox.setFaults([{ do: 'break', status: 503, times: 1 }])
  await enqueueAndWait(bundle)

  const submission = only(spans.named('submit default'))
  expect(submission).toMatchObject({
    kind: 3,
    links: [],
    parentSpanContext: undefined,
    attributes: {
      'messaging.system': 'ringback',
      'messaging.operation.type': 'send',
      'messaging.operation.name': 'submit',
      'messaging.destination.name': 'default',
      'messaging.message.id': 'one',
      'ringback.acceptance': 'accepted',
    },
  })
  const receipt = only(spans.named('receive default'))
  expect(linksOf(receipt)).toEqual([spanIdOf(submission)])
  expect(receipt.attributes).toMatchObject({ 'messaging.batch.message_count': 1 })

  const [first, second] = attempts()
  expect(first?.status.code).toBe(SpanStatusCode.ERROR)
  expect(first?.attributes).toMatchObject({
    'messaging.operation.type': 'process',
    'ringback.attempt': 1,
    'ringback.generation': 1,
    'ringback.outcome': 'unavailable',
    'ringback.code': 'service-unavailable',
    'ringback.state': 'retrying',
    'ringback.phase': 'answered',
    'error.type': 'service-unavailable',
  })
  expect(linksOf(first)).toEqual([spanIdOf(submission)])
  expect(second?.status.code).toBe(SpanStatusCode.UNSET)
  expect(second?.attributes).toMatchObject({ 'ringback.attempt': 2, 'ringback.outcome': 'booked' })
  expect(linksOf(second)).toEqual([spanIdOf(submission), spanIdOf(first)])
  const callback = await bundle.producer.status('one')
  expect(callback?.history.map(({ traceparent }) => traceparent?.split('-')[2])).toEqual([
    spanIdOf(first),
    spanIdOf(second),
  ])
  const traces = [submission, receipt, first, second].map((span) => span?.spanContext().traceId)
  expect(new Set(traces).size).toBe(4)
})

it('shows the scripts of a submission and of an attempt, and its request, as children', async () => {
  const bundle = await setup()
  await enqueueAndWait(bundle)

  expect(childrenOf(only(spans.named('submit default')))).toEqual(['EVALSHA accept'])
  const [attempt] = attempts()
  const post = 'POST /telephony/v1/voiceCalls/{callId}/requestCallback'
  expect(childrenOf(attempt)).toEqual(['EVALSHA begin', post, 'EVALSHA settle'])
  expect(only(spans.named(post)).attributes).toEqual({
    'http.request.method': 'POST',
    'http.response.status_code': 200,
    'server.address': '127.0.0.1',
    'server.port': Number(new URL(bundle.sandbox.url).port),
    'url.template': '/telephony/v1/voiceCalls/{callId}/requestCallback',
    'ringback.phase': 'answered',
    'ringback.bytes_sent': expect.any(Number) as number,
  })
  expect(only(spans.named('EVALSHA settle')).attributes).toEqual({
    'db.system.name': 'redis',
    'db.operation.name': 'EVALSHA',
    'db.stored_procedure.name': 'settle',
  })
})

it('traces the question whether an uncertain attempt was booked as an attempt of its own, linked to that', async () => {
  const bundle = await setup({ destination: { onUncertain: 'verify' } })
  bundle.sandbox.setFaults([{ do: 'cut', when: 'after', times: 1 }])
  await enqueueAndWait(bundle)

  const [attempt] = attempts()
  expect(attempt?.attributes).toMatchObject({ 'ringback.outcome': 'uncertain' })
  const verification = only(spans.named('verify default'))
  expect(linksOf(verification)).toEqual([spanIdOf(attempt)])
  expect(verification.attributes).toMatchObject({
    'messaging.operation.name': 'verify',
    'ringback.attempt': 1,
    'ringback.verdict': 'verified-booked',
    'ringback.state': 'booked',
  })
  expect(childrenOf(verification)).toContain('GET /services/data/{version}/query')
})

it('says in the lines of an attempt which trace and span they are of', async () => {
  const bundle = await setup({ destination: { onUncertain: 'verify' } })
  bundle.sandbox.setFaults([{ do: 'cut', when: 'after', times: 1 }])
  await enqueueAndWait(bundle)

  const [attempt] = attempts()
  const [settled] = bundle.recorder.of('attempt.settled')
  expect(settled).toMatchObject({
    trace_id: attempt?.spanContext().traceId,
    span_id: spanIdOf(attempt),
  })
  const [verified] = bundle.recorder.of('attempt.verified')
  expect(verified?.span_id).toBe(spanIdOf(only(spans.named('verify default'))))
})

it('continues the trace that the producer is in', async () => {
  const bundle = await setup()
  const tracer = trace.getTracer('a producer')
  const request = await tracer.startActiveSpan('request', async (span) => {
    await bundle.producer.enqueue(one)
    span.end()
    return span.spanContext()
  })
  expect(only(spans.named('submit default')).parentSpanContext?.spanId).toBe(request.spanId)
})

it('leaves the traceparent that an intent has as it is, and links to it', async () => {
  const bundle = await setup()
  await enqueueAndWait(bundle, { ...one, traceparent: given })
  expect(linksOf(only(spans.named('submit default')))).toEqual(['b7ad6b7169203331'])
  expect(linksOf(attempts()[0])).toEqual(['b7ad6b7169203331'])
})

it('links to the traceparent of an entry that was added without the library', async () => {
  const bundle = await setup()
  const entry = { ...one, traceparent: given }
  await sendRaw(bundle, entry)
  const worker = bundle.startWorker()
  await resultsOfAll(bundle, ['one'])
  await worker.stop()
  expect(linksOf(only(spans.named('receive default')))).toEqual(['b7ad6b7169203331'])
  expect(linksOf(attempts()[0])).toEqual(['b7ad6b7169203331'])
})

it('says that a callback was redriven, and links its next attempt to the one that it died of', async () => {
  const bundle = await setup()
  const { store, sandbox } = bundle
  sandbox.setFaults([{ do: 'refuse', times: 1 }])
  await enqueueAndWait(bundle, { ...one, traceparent: given })
  await redriveDeadLetter(store, { id: 'one', nowMs: systemClock.now(), retentionMs: 60_000 })
  const worker = bundle.startWorker()
  await resultsUntil(bundle, (results) => results.length === 2)
  await worker.stop()

  expect(only(spans.named('redrive default')).attributes).toMatchObject({
    'messaging.operation.name': 'redrive',
    'messaging.message.id': 'one',
    'db.stored_procedure.name': 'redrive',
  })
  const [dead, second] = attempts()
  expect(second?.attributes).toMatchObject({ 'ringback.generation': 2, 'ringback.attempt': 2 })
  expect(linksOf(second)).toEqual(['b7ad6b7169203331', spanIdOf(dead)])
})

it('nests attempts in the submission where that is wanted, in its trace, and links each to the one before only', async () => {
  const bundle = await setup()
  bundle.sandbox.setFaults([{ do: 'break', status: 503, times: 1 }])
  await enqueueAndWait(bundle, one, { attemptSpans: 'nested' })

  const submission = only(spans.named('submit default'))
  const [first, second] = attempts()
  expect(childrenOf(submission)).toEqual(['EVALSHA accept', 'attempt default', 'attempt default'])
  expect(second?.spanContext().traceId).toBe(submission.spanContext().traceId)
  expect(linksOf(first)).toEqual([])
  expect(linksOf(second)).toEqual([spanIdOf(first)])
  expect(childrenOf(first)).toContain('EVALSHA settle')
})

it('nests attempts in the trace that an entry names, and leaves those without one alone', async () => {
  const bundle = await setup()
  const entry = { ...one, traceparent: given }
  await sendRaw(bundle, entry)
  await sendRaw(bundle, sampleCallback('two'))
  const worker = bundle.startWorker({}, { attemptSpans: 'nested' })
  await resultsOfAll(bundle, ['one', 'two'])
  await worker.stop()

  const parentOf = (id: string) =>
    attempts().find(({ attributes }) => attributes['messaging.message.id'] === id)
      ?.parentSpanContext
  expect(parentOf('one')).toMatchObject({
    traceId: given.split('-')[1],
    spanId: given.split('-')[2],
    isRemote: true,
  })
  expect(parentOf('two')).toBeUndefined()
})

it('says of a submission that was refused why, without its content', async () => {
  const { producer } = await setup()
  await producer.close()
  await expect(producer.enqueue(one)).rejects.toThrow('closed')
  expect(spans.all()).toEqual([])
  const elsewhere = await setup({ redisUrl: 'redis://127.0.0.1:1' })
  await expect(elsewhere.producer.enqueue(one)).rejects.toThrow()
  expect(only(spans.named('submit default'))).toMatchObject({
    status: { code: SpanStatusCode.ERROR },
    attributes: { 'error.type': 'redis-unavailable' },
    events: [],
  })
})

async function enqueueAndWait(
  bundle: Bundle,
  callback: object = one,
  world: WorkerWorld = {},
): Promise<void> {
  const worker = bundle.startWorker({}, world)
  await bundle.producer.enqueue({ ...one, ...callback })
  await resultsOfAll(bundle, ['one'])
  // The result is written within the span.
  await worker.stop()
}

function attempts(): ReadableSpan[] {
  return spans.named('attempt default')
}

function childrenOf(parent: ReadableSpan | undefined): string[] {
  return spans
    .all()
    .filter(({ parentSpanContext }) => parentSpanContext?.spanId === spanIdOf(parent))
    .map(({ name }) => name)
}

function only(found: readonly ReadableSpan[]): ReadableSpan {
  const [span] = found
  if (span === undefined || found.length > 1)
    throw new Error(`there are ${found.length} such spans`)
  return span
}
