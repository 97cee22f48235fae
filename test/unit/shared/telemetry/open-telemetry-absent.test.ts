import { afterAll, expect, it, vi } from 'vitest'

import { flushTraces, startTracing } from '../../../../src/shared/telemetry/open-telemetry.ts'
import { currentTracer } from '../../../../src/shared/telemetry/traces.ts'

const api = vi.hoisted(() => ({ asked: 0 }))
vi.mock('@opentelemetry/api', () => {
  api.asked += 1
  throw new Error('Cannot find package')
})

const registry = Symbol.for('opentelemetry.js.api.1')
afterAll(() => void Reflect.deleteProperty(globalThis, registry))

it('does not look for OpenTelemetry where no SDK is registered', async () => {
  await startTracing()
  await flushTraces()
  expect(api.asked).toBe(0)
})

it('does without traces where an SDK is registered and the API cannot be found', async () => {
  Reflect.set(globalThis, registry, { version: '1.9.1' })
  await startTracing()
  expect(api.asked).toBe(1)
  expect(currentTracer()).toBeUndefined()
  await flushTraces()
})
