import { html } from 'hono/html'

import { isoTimestamp } from '../../shared/time/timestamp.ts'
import type { Markup } from './markup.ts'

/** A moment, in UTC; a browser with scripts may show it in its own zone. Epoch ms, or one of our own timestamps. */
export function timeOf(at: number | string | undefined): Markup {
  if (at === undefined || at === '') return html`–`
  const iso = typeof at === 'string' ? at : isoTimestamp(at)
  const [date = '', time = ''] = iso.split('T')
  return html`<time datetime="${iso}">${date} ${time.slice(0, 'hh:mm:ss'.length)} UTC</time>`
}

/** The time of day alone, where there is little room and the day is told elsewhere. */
export function timeOfDay(atMs: number): Markup {
  const iso = isoTimestamp(atMs)
  const [, time = ''] = iso.split('T')
  return html`<time class="of-day" datetime="${iso}">${time.slice(0, 'hh:mm'.length)} UTC</time>`
}

/** A moment where no markup can stand. */
export function plainMoment(atMs: number | undefined): string {
  if (atMs === undefined) return '–'
  const [date = '', time = ''] = isoTimestamp(atMs).split('T')
  return `${date} ${time.slice(0, 'hh:mm'.length)} UTC`
}

const moment = /\b\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d UTC|T\d\d:\d\d:\d\d(?:\.\d{3})?Z)/g

/** A sentence in which every moment can be shown in another zone. */
export function withTimes(text: string): Markup {
  const parts: (Markup | string)[] = []
  let from = 0
  for (const { 0: found, index } of text.matchAll(moment)) {
    parts.push(text.slice(from, index), timeOf(isoOf(found)))
    from = index + found.length
  }
  return html`${[...parts, text.slice(from)]}`
}

function isoOf(found: string): string {
  return found.endsWith('UTC') ? `${found.slice(0, -' UTC'.length).replace(' ', 'T')}.000Z` : found
}
