import { describe, expect, it } from 'vitest'

import { metricsMarkdown } from '../../../../scripts/docs/metrics-markdown.ts'
import { createConsoleMetrics } from '../../../../src/ops/console/metrics.ts'
import { createMetrics } from '../../../../src/shared/telemetry/metrics.ts'

describe('docs/metrics.md', () => {
  it('explains every metric that a scrape announces, with its type and in its order', async () => {
    const scrapes = await Promise.all(
      [
        createMetrics(() => Promise.resolve([])),
        createConsoleMetrics(() => Promise.resolve([])),
      ].map(({ registry }) => registry.metrics()),
    )
    const scrape = scrapes.join('\n')
    const announced = [...scrape.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(
      ([, name, type]) => `| \`${name}\` | ${type} |`,
    )
    const rows = [...metricsMarkdown().matchAll(/^\| `\S+` \| \S+ \|/gm)].map(([row]) => row)
    expect(announced).not.toEqual([])
    expect(rows).toEqual(announced)
  })

  it('names the labels that a series carries', async () => {
    const { registry, observe } = createMetrics(() => Promise.resolve([]))
    observe({ event: 'entry.duplicate', destination: 'acme', id: 'call-42', entryId: '1-0' })
    expect(await registry.metrics()).toContain(
      'ringback_inbox_entries_total{destination="acme",result="duplicate"} 1',
    )
    expect(metricsMarkdown()).toContain(
      '| `ringback_inbox_entries_total` | counter | `destination`, `result` | ',
    )
  })
})
