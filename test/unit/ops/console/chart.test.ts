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

  it('tells whoever points at a moment what stands there, and nothing where nothing does', async () => {
    const text = await drawn({ moments: [firstMs, firstMs + 900_000, firstMs + 1_800_000] })
    expect(text).toContain(
      '<title>2026-02-26 15:00 UTC: 3 booked, 1 not booked, 2 accepted</title>',
    )
    expect(text.match(/<title>/g)).toHaveLength(2)
  })

  it('names the time at its ends and at each quarter of its width, and what the highest is of', async () => {
    const moments = Array.from({ length: 9 }, (_, at) => firstMs + at * 900_000)
    const text = await drawn({ moments, unit: ' in a quarter of an hour' })
    const [axis = ''] = /<p class="axis">.*?<\/p>/.exec(text) ?? []
    expect(axis.match(/T(\d\d:\d\d)/g)).toEqual(['T15:00', 'T15:30', 'T16:00', 'T16:30', 'T17:00'])
    expect(text).toContain('most: 4 in a quarter of an hour')
  })

  it('draws nothing where there is nothing', async () => {
    const series = [{ name: 'due', values: [0, 0], kind: 'ahead' }] as const
    expect(await drawn({ series })).not.toContain('<rect')
  })
})
