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
  // Of the running quarter the past tells.
  const later = ahead.slice(1)
  const forecast = later.map(({ backlog: expected }) => expected ?? 0)
  const isForeseen = later.some(({ backlog: expected }) => expected !== undefined)
  const unit = ' in a quarter of an hour'
  return html`<div class="charts">
    ${chart({
      title: 'Attempts in the past day',
      summary: `${sum(accepted ?? [])} accepted, ${sum(booked ?? [])} attempts booked, ${sum(failed ?? [])} did not`,
      moments,
      unit,
      series: [
        { name: 'booked', values: booked ?? [], kind: 'booked' },
        { name: 'not booked', values: failed ?? [], kind: 'failed' },
        { name: 'callbacks accepted', values: accepted ?? [], kind: 'line' },
      ],
    })}
    ${chart({
      title: 'Due and not sent: the past day, and the next six hours at the present rate',
      summary: `at most ${Math.max(0, ...(backlog ?? []))} were due at a time; ${foreseen(isForeseen, forecast)}`,
      moments: [...moments, ...later.map(({ beganMs }) => beganMs)],
      series: [
        { name: 'due', values: backlog ?? [], kind: 'ahead' },
        ...(isForeseen
          ? [
              {
                name: 'forecast',
                values: [...moments.map(() => 0), ...forecast],
                kind: 'forecast',
              } as const,
            ]
          : []),
      ],
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
      unit,
      series: [{ name: 'becomes due', values: dues, kind: 'ahead' }],
    })}
  </div>`
}

function foreseen(isForeseen: boolean, forecast: readonly number[]): string {
  if (!isForeseen) return 'how many will be is not known while no worker says how many it may send'
  return `at most ${Math.max(0, ...forecast)} will be, and ${forecast.at(-1) ?? 0} in six hours`
}
