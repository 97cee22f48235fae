import { Writable } from 'node:stream'

import { pino } from 'pino'

import type { WorkerEvent } from '../../src/shared/telemetry/events.ts'
import { logTo } from '../../src/shared/telemetry/logger.ts'
import { createMetrics } from '../../src/shared/telemetry/metrics.ts'

/** What the log says of these, without the time. */
export function logged(events: readonly WorkerEvent[]): string {
  const lines: string[] = []
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString())
      done()
    },
  })
  const log = logTo(pino({ level: 'trace', timestamp: false }, stream))
  for (const event of events) log(event)
  return lines.join('')
}

/** What a scrape says after these. */
export async function measured(events: readonly WorkerEvent[]): Promise<string> {
  const { observe, scrape } = createMetrics(() => Promise.resolve([]))
  for (const event of events) observe(event)
  return (await scrape()).text
}
