/** Whatever customers, vendors and Salesforce do: whoever reads traces, logs and metrics learns nobody's number. */
import { tracingChannel } from 'node:diagnostics_channel'
import { inspect } from 'node:util'

import { trace } from '@opentelemetry/api'
import fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'

import { redactSpans } from '../../../../src/producer/tracing.ts'
import type { Fault } from '../../../../src/sandbox/faults.ts'
import { submitRaw } from '../../../../src/shared/store/inbox/submit.ts'
import { startTracing } from '../../../../src/shared/telemetry/open-telemetry.ts'
import { sampleCallback } from '../../../support/callbacks.ts'
import { collectSpans } from '../../../support/collect-spans.ts'
import { resultsOfAll } from '../../../support/results.ts'
import { setup } from '../../../support/ringback.ts'
import { logged, measured } from '../../../support/told.ts'

let isRedacting = false
const redaction = redactSpans()
const whereAsked: typeof redaction = {
  ...redaction,
  onEnd: (span) => {
    if (isRedacting) redaction.onEnd(span)
  },
}
const spans = collectSpans([whereAsked])
await startTracing()

const digits = (least: number, most: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: least, maxLength: most })
/** No two of them share what is left of them when they are masked, and none is part of a date, a port or a length. */
const numbers = digits(7, 7).map((last) => `+1844${last.join('')}`)

/** What Salesforce may do with it, telling the number where it can. */
const faults = (number: string): fc.Arbitrary<Fault[]> =>
  fc.constantFrom<Fault[]>(
    [],
    [{ do: 'break', status: 503, times: 1 }],
    [{ do: 'refuse', code: number, message: `No call to ${number}`, times: 1 }],
    [{ do: 'refuse', status: 401, message: number, times: 1 }],
    [{ do: 'cut', when: 'before', times: 1 }],
    [{ do: 'cut', when: 'after', times: 1 }],
    [
      { do: 'cut', when: 'after', times: 1 },
      { do: 'refuse', on: 'query', code: number, message: `No such ${number}`, times: 1 },
    ],
  )

const lives = numbers.chain((callbackNumber) =>
  fc.record({
    intent: fc.record(
      {
        callId: fc.string({
          minLength: 1,
          maxLength: 12,
          unit: fc.constantFrom('a', 'b', 'c', '-', '_'),
        }),
        callbackNumber: fc.constant(callbackNumber),
        isPreviewCallback: fc.boolean(),
        priority: fc.integer({ min: 0, max: 9 }),
        attributes: fc.constant({ note: `ring ${callbackNumber}`, plain: callbackNumber.slice(1) }),
      },
      { requiredKeys: ['callId', 'callbackNumber'] },
    ),
    // Not an intent: the number is where none belongs.
    wrong: fc.constantFrom(
      `{"callbackNumber":"${callbackNumber}"`,
      `{"callId":"a","callbackNumber":${callbackNumber.slice(1)}}`,
      `{"callId":"a","callbackNumber":"${callbackNumber}","${callbackNumber}":1}`,
    ),
    faults: faults(callbackNumber),
  }),
)

it('never holds a number in a span, a log line or a metric, whatever was submitted and whatever Salesforce answers', async () => {
  await fc.assert(
    fc.asyncProperty(lives, async ({ intent, wrong, faults }) => {
      spans.forget()
      const bundle = await setup({ destination: { onUncertain: 'verify' } })
      bundle.sandbox.setFaults(faults)
      const { id } = await bundle.producer.enqueue(intent)
      await submitRaw(bundle.store, wrong)
      const worker = bundle.startWorker()
      await resultsOfAll(bundle, [id])
      await bundle.recorder.next('entry.buried')
      await worker.stop()

      const names = spans.all().map(({ name }) => name)
      expect(names).toEqual(expect.arrayContaining(['submit default', 'attempt default']))
      const told = [toldBySpans(), logged(bundle.recorder.all), await measured(bundle.recorder.all)]
      for (const text of told) {
        expect(text).not.toBe('')
        expect(text).not.toContain(intent.callbackNumber.slice(1))
        expect(text).not.toContain(intent.callbackNumber.slice(2))
      }
    }),
    { numRuns: 25, seed: 20_261_127 },
  )
}, 60_000)

it('takes the numbers out of the spans that somebody makes of what ioredis publishes', async () => {
  traceCommands()
  const one = sampleCallback('one')
  const { producer } = await setup()
  await producer.enqueue(one)
  // Else there would be nothing to take out.
  expect(toldBySpans()).toContain(one.callbackNumber)

  spans.forget()
  isRedacting = true
  onTestFinished(() => {
    isRedacting = false
  })
  await producer.enqueue({ ...one, id: 'two' })
  const statements = spans.named('redis').map(({ attributes }) => attributes['db.statement'])
  expect(statements).toContain('evalsha')
  expect(toldBySpans()).not.toContain(one.callbackNumber.slice(1))
})

/** As instrumentations do: each command is a span, with what ioredis takes for harmless among its arguments. */
function traceCommands(): void {
  const tracer = trace.getTracer('somebody')
  const silent = () => undefined
  const subscribers = {
    start: (published: unknown) => {
      const { command, args } = published as { command: string; args: string[] }
      tracer
        .startSpan('redis')
        .setAttribute('db.statement', [command, ...args].join(' '))
        .end()
    },
    end: silent,
    asyncStart: silent,
    asyncEnd: silent,
    error: silent,
  }
  const commands = tracingChannel('ioredis:command')
  commands.subscribe(subscribers)
  onTestFinished(() => {
    commands.unsubscribe(subscribers)
  })
}

function toldBySpans(): string {
  const told = spans.all().map(({ name, attributes, events, links, status, resource }) => ({
    name,
    attributes,
    events,
    links,
    status,
    resource: resource.attributes,
  }))
  return inspect(told, { depth: Infinity, maxArrayLength: Infinity, maxStringLength: Infinity })
}
