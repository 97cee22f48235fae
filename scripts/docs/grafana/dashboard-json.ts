import type { Limits, Panel, Row } from './panel.ts'
import { rows } from './rows.ts'

const datasource = { type: 'prometheus', uid: '${datasource}' }
const columns = 24

/** `deploy/grafana/ringback.json`, as Grafana 10 and newer read it. */
export function dashboardJson(): string {
  return JSON.stringify({
    uid: 'ringback',
    title: 'Ringback',
    description: 'Generated from scripts/docs/grafana by npm run docs:generate.',
    tags: ['ringback'],
    schemaVersion: 39,
    editable: false,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    timezone: 'browser',
    templating: { list: variables },
    panels: placed(rows),
  })
}

const variables = [
  {
    name: 'datasource',
    label: 'Data source',
    type: 'datasource',
    query: 'prometheus',
    hide: 0,
  },
  {
    name: 'destination',
    label: 'Destination',
    type: 'query',
    datasource,
    query: { query: 'label_values(ringback_callbacks_due, destination)', refId: 'destinations' },
    // Whenever the time that is shown changes: destinations come and go.
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    allValue: '.*',
    current: { text: 'All', value: '$__all' },
  },
]

/** From left to right, and on a new line where there is no room. */
function placed(all: readonly Row[]): object[] {
  let y = 0
  return all.flatMap(({ id, title, panels }) => {
    const row = {
      id,
      type: 'row',
      title,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y, w: columns, h: 1 },
    }
    y += 1
    const drawn = linesOf(panels).flatMap((line) => {
      const h = line.every(({ kind }) => kind === 'figure') ? 4 : 8
      const inLine = line.map((panel, index) => {
        const x = line.slice(0, index).reduce((sum, { width }) => sum + width, 0)
        return { ...drawnPanel(panel), gridPos: { x, y, w: panel.width, h } }
      })
      y += h
      return inLine
    })
    return [row, ...drawn]
  })
}

function linesOf(panels: readonly Panel[]): Panel[][] {
  const lines: Panel[][] = []
  let used = columns
  for (const panel of panels) {
    if (used + panel.width > columns) {
      lines.push([])
      used = 0
    }
    lines.at(-1)?.push(panel)
    used += panel.width
  }
  return lines
}

const types: Record<Panel['kind'], string> = {
  figure: 'stat',
  lines: 'timeseries',
  stack: 'timeseries',
  states: 'state-timeline',
  table: 'table',
}

function drawnPanel({ id, title, description, kind, unit, series, limits }: Panel) {
  const isNow = kind === 'figure' || kind === 'table'
  return {
    id,
    type: types[kind],
    title,
    description,
    datasource,
    targets: series.map(({ expr, legend }, index) => ({
      refId: `Q${index + 1}`,
      datasource,
      expr,
      legendFormat: legend,
      ...(isNow && { instant: true, ...(kind === 'table' && { format: 'table' }) }),
    })),
    fieldConfig: {
      defaults: { unit, ...defaultsOf(kind), ...thresholdsOf(limits) },
      overrides: [],
    },
    options: optionsOf(kind),
  }
}

function thresholdsOf(limits: Limits | undefined) {
  const steps = limits === undefined ? [{ color: 'blue', value: null }] : stepsOf(limits)
  return { thresholds: { mode: 'absolute', steps } }
}

function stepsOf({ orange, red, falling = false }: Limits) {
  if (falling) {
    return [
      { color: 'red', value: null },
      { color: orange === undefined ? 'green' : 'orange', value: red },
      ...(orange === undefined ? [] : [{ color: 'green', value: orange }]),
    ]
  }
  return [
    { color: 'green', value: null },
    ...(orange === undefined ? [] : [{ color: 'orange', value: orange }]),
    { color: 'red', value: red },
  ]
}

function defaultsOf(kind: Panel['kind']): object {
  if (kind !== 'lines' && kind !== 'stack') return {}
  return {
    min: kind === 'stack' ? 0 : undefined,
    custom: {
      drawStyle: 'line',
      lineWidth: 1,
      fillOpacity: kind === 'stack' ? 40 : 0,
      stacking: { mode: kind === 'stack' ? 'normal' : 'none', group: 'A' },
      showPoints: 'never',
      thresholdsStyle: { mode: 'off' },
    },
  }
}

function optionsOf(kind: Panel['kind']): object {
  if (kind === 'figure') {
    return {
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
      colorMode: 'value',
      graphMode: 'none',
      textMode: 'auto',
    }
  }
  if (kind === 'table') return { showHeader: true }
  return {
    legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
    tooltip: { mode: 'multi', sort: 'desc' },
  }
}
