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
