import { html } from 'hono/html'

import type { Markup } from './markup.ts'
import { tableOf } from './table.ts'
import { plainMoment, timeOf, timeOfDay } from './time.ts'

export interface Series {
  /** As the legend and the table name it. */
  name: string
  /** One for each moment. */
  values: readonly number[]
  /** How it looks: a bar on top of the bars before it, or a line. */
  kind: 'booked' | 'failed' | 'ahead' | 'forecast' | 'line'
}

export interface Chart {
  title: string
  /** What a screen reader is told in place of the picture. */
  summary: string
  /** Epoch ms, one for each value. */
  moments: readonly number[]
  series: readonly Series[]
  /** How a value is written. */
  write?: (value: number) => string
  /** What the highest value is of, after it. */
  unit?: string
}

const height = 100

/**
 * Bars and lines over time, drawn here, so that they are seen without a script; and the same as a table. The picture is stretched to
 * the width of the page, so it holds no text.
 */
export function chart({
  title,
  summary,
  moments,
  series,
  write = grouped,
  unit = '',
}: Chart): Markup {
  const bars = series.filter(({ kind }) => kind !== 'line')
  const lines = series.filter(({ kind }) => kind === 'line')
  const most = Math.max(
    0,
    ...moments.map((_, at) => totalAt(bars, at)),
    ...lines.flatMap(({ values }) => values),
  )
  const scale = height / Math.max(1, most)
  return html`<figure class="chart">
    <figcaption>${title} <small>most: ${write(most)}${unit}</small></figcaption>
    <svg
      role="img"
      aria-label="${summary}"
      viewBox="0 0 ${moments.length} ${height}"
      preserveAspectRatio="none"
    >
      ${bars.map((each, index) => barsOf(each, { below: bars.slice(0, index), scale }))}
      ${lines.map(({ values }) => lineOf(values, scale))}
      ${most === 0 ? '' : moments.map((_, at) => spotOf({ moments, series, write }, at))}
    </svg>
    <p class="axis">${ticksOf(moments).map((at) => html`<span>${timeOfDay(at)}</span> `)}</p>
    ${
      series.length > 1
        ? html`<ul class="legend">
            ${series.map(({ name, kind }) => html`<li class="${kind}">${name}</li>`)}
          </ul>`
        : ''
    }
    <details>
      <summary>As a table</summary>
      ${tableOf({
        caption: title,
        head: ['from', ...series.map(({ name }) => name)],
        rows: moments.map((at, index) => [
          timeOf(at),
          ...series.map(({ values }) => write(values[index] ?? 0)),
        ]),
        empty: 'Nothing is known yet.',
      })}
    </details>
  </figure>`
}

function grouped(value: number): string {
  return value.toLocaleString('en')
}

/** Where the pointer rests, it is told what stands there. */
function spotOf(
  { moments, series, write }: Pick<Required<Chart>, 'moments' | 'series' | 'write'>,
  at: number,
): Markup {
  const told = series.flatMap(({ name, values }) => {
    const value = values[at] ?? 0
    return value === 0 ? [] : [`${write(value)} ${name}`]
  })
  if (told.length === 0) return html``
  return html`<rect class="spot" x="${at}" y="0" width="1" height="${height}">
    <title>${plainMoment(moments[at])}: ${told.join(', ')}</title>
  </rect>`
}

/** The first, the last, and some between them, as far apart. */
function ticksOf(moments: readonly number[]): number[] {
  const last = moments.length - 1
  const places = [0, 0.25, 0.5, 0.75, 1].map((share) => Math.round(last * share))
  return [...new Set(places)].flatMap((place) => moments[place] ?? [])
}

interface Placing {
  /** What stands below them. */
  below: readonly Series[]
  scale: number
}

function barsOf({ values, kind }: Series, { below, scale }: Placing): Markup {
  return html`<g class="${kind}">
    ${values.map((value, at) => {
      if (value === 0) return ''
      const top = height - (totalAt(below, at) + value) * scale
      return html`<rect
        x="${at + 0.1}"
        y="${round(top)}"
        width="0.8"
        height="${round(value * scale)}"
      />`
    })}
  </g>`
}

function lineOf(values: readonly number[], scale: number): Markup {
  const points = values.map((value, at) => `${at + 0.5},${round(height - value * scale)}`)
  return html`<polyline class="line" points="${points.join(' ')}" />`
}

function totalAt(series: readonly Series[], at: number): number {
  return series.reduce((sum, { values }) => sum + (values[at] ?? 0), 0)
}

function round(length: number): number {
  return Number(length.toFixed(2))
}
