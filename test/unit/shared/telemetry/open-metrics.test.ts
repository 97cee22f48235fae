import { expect, it } from 'vitest'

import { openMetrics } from '../../../../src/shared/telemetry/open-metrics.ts'
import { collectProcessMetrics } from '../../../../src/shared/telemetry/metrics-of-process.ts'
import { createMetrics } from '../../../../src/shared/telemetry/metrics.ts'

const prometheus = `# HELP a_total Of "a".
# TYPE a_total counter
a_total{b="c"} 1

# HELP d_total No counter.
# TYPE d_total gauge
d_total 2
`

it('names a counter without its ending, escapes quotes in help, and says that it is at its end', () => {
  expect(openMetrics(prometheus)).toBe(`# HELP a Of \\"a\\".
# TYPE a counter
a_total{b="c"} 1
# HELP d_total No counter.
# TYPE d_total gauge
d_total 2
# EOF
`)
})

it('is the end and nothing else where there is nothing', () => {
  expect(openMetrics('')).toBe('# EOF\n')
})

it('leaves every sample of ours as it is, and its family with a name that fits', async () => {
  const { registry, observe, scrape } = createMetrics(() => Promise.resolve([]))
  collectProcessMetrics(registry)
  observe({ event: 'worker.started', destinations: ['default'] })
  const { text } = await scrape()
  const open = openMetrics(text)
  const samplesIn = (all: string) => all.split('\n').filter((line) => /^[a-z]/.test(line))
  expect(samplesIn(open)).toEqual(samplesIn(text))
  const counters = [...open.matchAll(/^# TYPE (\S+) counter$/gm)].map(([, name = '']) => name)
  expect(counters.length).toBeGreaterThan(10)
  expect(counters.filter((name) => name.endsWith('_total'))).toEqual([])
})
