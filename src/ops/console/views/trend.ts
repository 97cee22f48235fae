import { html } from 'hono/html'

import type { Trend } from '../../operations/stats/trend.ts'
import { plainDuration } from '../../text/plain-time.ts'
import { chart } from '../chart.ts'
import type { Markup } from '../markup.ts'

/** The past day and the next hours of a destination, by quarters of an hour. */
export function trend({ past, ahead }: Trend): Markup {
  const moments = past.map(({ beganMs }) => beganMs)
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  const of = (name: 'accepted' | 'booked' | 'failed' | 'backlog' | 'lateMs') =>
    past.map((quarter) => quarter[name])
  const [accepted, booked, failed, backlog, late] = [
    ...[of('accepted'), of('booked'), of('failed')],
    ...[of('backlog'), of('lateMs')],
  ]
  const dues = ahead.map(({ due }) => due)
  return html`<div class="charts">
    ${chart({
      title: 'Attempts in the past day',
      summary: `${sum(accepted ?? [])} accepted, ${sum(booked ?? [])} attempts booked, ${sum(failed ?? [])} did not`,
      moments,
      series: [
        { name: 'booked', values: booked ?? [], kind: 'booked' },
        { name: 'not booked', values: failed ?? [], kind: 'failed' },
        { name: 'callbacks accepted', values: accepted ?? [], kind: 'line' },
      ],
    })}
    ${chart({
      title: 'Due and not sent in the past day',
      summary: `at most ${Math.max(0, ...(backlog ?? []))} were due at a time`,
      moments,
      series: [{ name: 'due', values: backlog ?? [], kind: 'ahead' }],
    })}
    ${chart({
      title: 'How late the first in line was',
      summary: `at most ${plainDuration(Math.max(0, ...(late ?? [])))} late`,
      moments,
      series: [{ name: 'late', values: late ?? [], kind: 'failed' }],
      write: plainDuration,
    })}
    ${chart({
      title: 'Becomes due in the next six hours',
      summary: `${sum(dues)} become due, at most ${Math.max(0, ...dues)} in a quarter of an hour`,
      moments: ahead.map(({ beganMs }) => beganMs),
      series: [{ name: 'becomes due', values: dues, kind: 'ahead' }],
    })}
  </div>`
}
