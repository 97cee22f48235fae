import { expect, it } from 'vitest'

import { openMetrics } from '../../../../src/shared/telemetry/open-metrics.ts'
import { collectProcessMetrics } from '../../../../src/shared/telemetry/metrics-of-process.ts'
import { createMetrics } from '../../../../src/shared/telemetry/metrics.ts'
import { bookedAttempt } from '../../../support/settled-attempt.ts'

const noTraces = new Map<string, string>()

const prometheus = `# HELP a_total Of "a".
# TYPE a_total counter
a_total{b="c"} 1

# HELP d_total No counter.
# TYPE d_total gauge
d_total 2
`

it('names a counter without its ending, escapes quotes in help, and says that it is at its end', () => {
  expect(openMetrics(prometheus, noTraces)).toBe(`# HELP a Of \\"a\\".
# TYPE a counter
a_total{b="c"} 1
# HELP d_total No counter.
# TYPE d_total gauge
d_total 2
# EOF
`)
})

it('is the end and nothing else where there is nothing', () => {
  expect(openMetrics('', noTraces)).toBe('# EOF\n')
})

it('leaves every sample of ours as it is, and its family with a name that fits', async () => {
  const { registry, observe, scrape } = createMetrics(() => Promise.resolve([]))
  collectProcessMetrics(registry)
  observe({ event: 'worker.started', destinations: ['default'] })
  const { text } = await scrape()
  const open = openMetrics(text, noTraces)
  const samplesIn = (all: string) => all.split('\n').filter((line) => /^[a-z]/.test(line))
  expect(samplesIn(open)).toEqual(samplesIn(text))
  const counters = [...open.matchAll(/^# TYPE (\S+) counter$/gm)].map(([, name = '']) => name)
  expect(counters.length).toBeGreaterThan(10)
  expect(counters.filter((name) => name.endsWith('_total'))).toEqual([])
})

it('names in each bucket the trace of the last attempt that fell into it, and none where no traces are collected', async () => {
  const { observe, scrape } = createMetrics(() => Promise.resolve([]))
  observe({ event: 'worker.started', destinations: ['default'] })
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
  observe({ ...bookedAttempt, durationMs: 200, trace_id: 'f'.repeat(32) })
  observe({ ...bookedAttempt, durationMs: 120, trace_id: traceId })
  observe({ ...bookedAttempt, durationMs: 3, trace_id: undefined })
  const { text, exemplars } = await scrape()
  const labels = 'destination="default",outcome="booked"'
  const buckets = openMetrics(text, exemplars)
    .split('\n')
    .filter((line) => line.startsWith('ringback_attempt_duration_seconds_bucket{'))
    .filter((line) => line.includes(labels))
  expect(buckets.filter((line) => line.includes('trace_id'))).toEqual([
    expect.stringMatching(
      new RegExp(
        `^ringback_attempt_duration_seconds_bucket{le="0.25",${labels}} 3 # {trace_id="${traceId}"} 0.12 [0-9.]+$`,
      ),
    ),
  ])
  expect(text).not.toContain('trace_id')
})
