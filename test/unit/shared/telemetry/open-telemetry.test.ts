import { tracingChannel } from 'node:diagnostics_channel'
import { SpanStatusCode } from '@opentelemetry/api'
import { expect, it } from 'vitest'

import { flushTraces, startTracing } from '../../../../src/shared/telemetry/open-telemetry.ts'
import { stepChannel } from '../../../../src/shared/telemetry/steps.ts'
import { currentTracer } from '../../../../src/shared/telemetry/traces.ts'
import { collectSpans } from '../../../support/collect-spans.ts'

const steps = tracingChannel(stepChannel)

it('traces nothing, and listens to no step, before an SDK is registered', async () => {
  expect(startTracing()).toBeUndefined()
  await flushTraces()
  expect(currentTracer()).toBeUndefined()
  expect(steps.start.hasSubscribers).toBe(false)
})

it('traces once an SDK is registered, with one tracer however often it is started', async () => {
  const spans = collectSpans()
  await Promise.all([startTracing(), startTracing()])
  const tracer = currentTracer()
  await startTracing()
  expect(currentTracer()).toBe(tracer)
  expect(steps.start.hasSubscribers).toBe(true)
  const start = { name: 'a', kind: 'client', facts: { here: 'a', 'not.here': undefined } } as const
  expect(await tracer?.inSpan(start, ({ spanId }) => Promise.resolve(spanId))).toMatch(/^\w{16}$/)
  await flushTraces()
  const [span] = spans.named('a')
  expect(span).toMatchObject({
    attributes: { here: 'a' },
    status: { code: SpanStatusCode.UNSET },
    instrumentationScope: { name: 'ringback', schemaUrl: expect.any(String) as string },
  })

  const failed = Object.assign(new TypeError('+18445791189 is not one'), { code: 18_445_791_189 })
  const failing = tracer?.inSpan({ ...start, name: 'b' }, () => Promise.reject(failed))
  await expect(failing).rejects.toBe(failed)
  const [other] = spans.named('b')
  expect(other).toMatchObject({
    attributes: { 'error.type': 'TypeError' },
    status: { code: SpanStatusCode.ERROR },
    events: [],
  })
  expect(other?.status.message).toBeUndefined()
})
