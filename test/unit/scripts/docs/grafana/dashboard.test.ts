import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Registry } from 'prom-client'
import { describe, expect, it, onTestFinished } from 'vitest'

import { dashboardJson } from '../../../../../scripts/docs/grafana/dashboard-json.ts'
import { rows } from '../../../../../scripts/docs/grafana/rows.ts'
import { createConsoleMetrics } from '../../../../../src/ops/console/metrics.ts'
import { collectProcessMetrics } from '../../../../../src/shared/telemetry/metrics-of-process.ts'
import { createMetrics } from '../../../../../src/shared/telemetry/metrics.ts'
import { isThere, runProgram } from '../../../../support/debian-program.ts'

const panels = rows.flatMap((row) => row.panels)
const series = panels.flatMap(({ id, title, series: drawn }) =>
  drawn.map(({ expr, legend }, index) => ({ name: `${id}.${index + 1} ${title}`, expr, legend })),
)

/** What Prometheus adds to whatever it scrapes. */
const labelsOfScrapes = ['instance', 'job', 'pod']

const known = new Map(
  [
    createMetrics(() => Promise.resolve([])).registry,
    createConsoleMetrics(() => Promise.resolve([])).registry,
    processRegistry(),
  ]
    .flatMap((registry) => registry.getMetricsAsArray())
    .flatMap((metric): [string, readonly string[]][] => {
      const { name, type } = metric
      const labels = 'labelNames' in metric ? (metric.labelNames as readonly string[]) : []
      if (String(type) !== 'histogram') return [[name, labels]]
      return ['bucket', 'count', 'sum'].map((part) => [
        `${name}_${part}`,
        part === 'bucket' ? [...labels, 'le'] : labels,
      ])
    }),
)

function processRegistry(): Registry {
  const registry = new Registry()
  collectProcessMetrics(registry)
  return registry
}

function metricsOf(expr: string): string[] {
  return [...expr.matchAll(/\b(?:ringback|process|nodejs)_\w+/g)].map(([name]) => name)
}

/** Those that it selects by, and those that it groups by. */
function labelsOf(expr: string): string[] {
  const selected = [...expr.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label = '']) => label)
  const grouped = [...expr.matchAll(/\b(?:by|on|without)\s*\(([^)]*)\)/g)].flatMap(
    ([, list = '']) => list.split(',').map((label) => label.trim()),
  )
  return [...selected, ...grouped]
}

describe('each expression of the dashboard', () => {
  it.each(series)('$name asks for metrics that exist', ({ expr }) => {
    expect(metricsOf(expr)).not.toEqual([])
    expect(metricsOf(expr).filter((name) => !known.has(name))).toEqual([])
  })

  it.each(series)('$name selects, groups and names by labels that its metrics have', (asked) => {
    const { expr, legend } = asked
    const written = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label)
    const has = new Set([
      ...metricsOf(expr).flatMap((name) => known.get(name) ?? []),
      ...labelsOfScrapes,
    ])
    expect([...labelsOf(expr), ...written].filter((label) => !has.has(label))).toEqual([])
  })

  it.each(series)('$name says by its legend whatever it groups by', ({ expr, legend }) => {
    const [, list = ''] = /^(?:60 \* |1000 \* |time\(\) - )?\w+ by \(([^)]*)\)/.exec(expr) ?? []
    const grouped = list.split(', ').filter((label) => label !== '')
    expect(grouped.filter((label) => !legend.includes(`{{${label}}}`))).toEqual([])
  })
})

describe.skipIf(!isThere('promtool'))('promtool', () => {
  it('reads each expression of the dashboard', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ringback-dashboard-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'rules.json')
    const rules = series.map(({ expr }, index) => ({
      record: `drawn:${index}`,
      expr: expr.replaceAll('$__rate_interval', '5m').replaceAll('$destination', 'acme'),
    }))
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }))
    expect(await runProgram('promtool', ['check', 'rules', file])).toContain(
      `SUCCESS: ${series.length} rules found`,
    )
  })
})

describe('the dashboard', () => {
  interface Drawn {
    id: number
    gridPos: { x: number; y: number; w: number; h: number }
  }
  const { panels: drawn } = JSON.parse(dashboardJson()) as { panels: Drawn[] }

  it('has a number for each panel and row that is not given twice', () => {
    const ids = drawn.map(({ id }) => id)
    expect(ids).toHaveLength(rows.length + panels.length)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('lays no panel over another, and none beyond the edge', () => {
    const taken = drawn.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    )
    expect(new Set(taken).size).toBe(taken.length)
    for (const { gridPos } of drawn) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24)
  })

  it('asks whichever data source is chosen', () => {
    expect(dashboardJson()).not.toMatch(/"uid":"(?!\$\{datasource\}|ringback")/)
  })

  it('shows every metric of ours, but not how many durations were measured: counters say that', () => {
    const shown = new Set(series.flatMap(({ expr }) => metricsOf(expr)))
    const ours = [...known.keys()].filter((name) => name.startsWith('ringback_'))
    const unshown = ours.filter((name) => !shown.has(name) && !name.endsWith('_sum'))
    const counts = [
      ...['attempt_duration', 'callback_delay'],
      ...['console_page_duration', 'console_reading_duration', 'script_duration'],
    ].map((name) => `ringback_${name}_seconds_count`)
    expect(unshown.toSorted()).toEqual(counts)
  })
})
