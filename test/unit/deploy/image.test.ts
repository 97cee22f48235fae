import { expect, it } from 'vitest'

import { runProgram } from '../../support/debian-program.ts'

const file = new URL('../../../deploy/image/wants-traces.js', import.meta.url)
const { wantsTraces } = (await import(file.href)) as {
  wantsTraces: (env: Record<string, string>, argv: readonly string[]) => boolean
}

const collector = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }
const own = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318/v1/traces' }

it.each<[string, boolean, Record<string, string>]>([
  ['nothing is said', false, {}],
  ['a collector is named', true, collector],
  ['one for traces is named', true, own],
  ['an exporter is named', true, { OTEL_TRACES_EXPORTER: 'otlp' }],
  ['there is to be none for traces', false, { ...collector, OTEL_TRACES_EXPORTER: 'none' }],
  ['the image has no such exporter', false, { ...collector, OTEL_TRACES_EXPORTER: 'zipkin' }],
  ['a variable is empty', false, { OTEL_EXPORTER_OTLP_ENDPOINT: '', OTEL_TRACES_EXPORTER: '' }],
  ['the SDK is switched off', false, { ...collector, OTEL_SDK_DISABLED: 'true' }],
])('traces, or does not, by the variables of OpenTelemetry: where %s, %s', (_, wants, env) => {
  expect(wantsTraces(env, ['node', 'ringback', 'worker'])).toBe(wants)
})

it('does not trace a health check, which would spend its time on loading an SDK', () => {
  expect(wantsTraces(collector, ['node', 'ringback', 'health', '--container'])).toBe(false)
})

it('can list what is in the image, Ringback’s own packages and those for traces', async () => {
  const own = await sbom([])
  expect(own).toEqual(expect.arrayContaining(['bullmq', 'ioredis', 'got']))
  expect(own).not.toContain('vitest')
  expect(await sbom(['--prefix', 'deploy/image'])).toContain(
    '@opentelemetry/exporter-trace-otlp-proto',
  )
})

async function sbom(more: readonly string[]): Promise<string[]> {
  const given = ['--sbom-format=cyclonedx', '--omit=dev', '--package-lock-only']
  const text = await runProgram('npm', ['sbom', ...given, ...more])
  const { components } = JSON.parse(text) as { components: { name: string }[] }
  return components.map(({ name }) => name)
}
