import { describe, expect, it } from 'vitest'

import { chart, type Chart } from '../../../../src/ops/console/chart.ts'

const firstMs = Date.UTC(2026, 1, 26, 15)

async function drawn(given: Partial<Chart> = {}): Promise<string> {
  const text = await chart({
    title: 'Attempts',
    summary: '3 booked, 1 was not',
    moments: [firstMs, firstMs + 900_000],
    series: [
      { name: 'booked', values: [3, 0], kind: 'booked' },
      { name: 'not booked', values: [1, 0], kind: 'failed' },
      { name: 'accepted', values: [2, 4], kind: 'line' },
    ],
    ...given,
  })
  return String(text).replaceAll(/\s+/g, ' ')
}

describe('a chart', () => {
  it('stands each bar on those before it, and scales all to the most there is', async () => {
    const text = await drawn()
    expect(text).toContain('<g class="booked"> <rect x="0.1" y="25" width="0.8" height="75" />')
    expect(text).toContain('<g class="failed"> <rect x="0.1" y="0" width="0.8" height="25" />')
    expect(text).toContain('points="0.5,50 1.5,0"')
  })

  it('says in words, and in a table, what it shows', async () => {
    const text = await drawn()
    expect(text).toContain('role="img" aria-label="3 booked, 1 was not"')
    expect(text).toContain('<summary>As a table</summary>')
    expect(text).toContain('>not booked</th>')
  })

  it('draws nothing where there is nothing', async () => {
    const series = [{ name: 'due', values: [0, 0], kind: 'ahead' }] as const
    expect(await drawn({ series })).not.toContain('<rect')
  })
})
