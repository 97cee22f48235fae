import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'

import type { Clock } from '../../shared/time/clock.ts'
import { isoTimestamp } from '../../shared/time/timestamp.ts'
import type { Reading } from './reading.ts'

/** So many may look at once; who comes later reads by reloading. */
const mostListeners = 50

const everyMs = 2_000

/**
 * So many are told in one go, for half an hour; then the browser asks anew. What serves a stream keeps something of each piece of it until
 * the end of the stream.
 */
export const mostInOneStream = 900

/** After which a browser asks anew, whose stream has come to its end. */
const askedAnewAfterMs = 1_000

interface EventRules {
  isKnown: (context: Context) => boolean
  /** Called when one begins to listen; what it returns, when that is over. */
  listens: () => () => void
}

/**
 * Tells open pages, every two seconds, when Redis was read last and whether that has changed: a page that shows something else then
 * asks for itself anew. Whoever hears nothing for a while knows that what he sees is old.
 */
export function eventsOf(
  read: () => Promise<Reading>,
  clock: Clock,
  { isKnown, listens }: EventRules,
) {
  let listeners = 0
  return (context: Context) => {
    // A HEAD is answered by what answers a GET; nobody would read, or leave, its stream.
    if (context.req.raw.method !== 'GET') return context.body(null, 405)
    if (listeners >= mostListeners) return context.text('Too many pages are open.\n', 503)
    listeners += 1
    const leaves = listens()
    context.header('x-accel-buffering', 'no')
    return streamSSE(context, async (stream) => {
      const gone = new AbortController()
      stream.onAbort(() => gone.abort())
      try {
        // Whoever has logged out, or rested too long, hears nothing more.
        for (let told = 0; told < mostInOneStream; told += 1) {
          if (gone.signal.aborted || !isKnown(context)) return
          const { atMs, revision, failure } = await read()
          const data = { at: isoTimestamp(atMs), revision, isAway: failure !== undefined }
          const retry = told === 0 ? { retry: askedAnewAfterMs } : {}
          await stream.writeSSE({ event: 'reading', data: JSON.stringify(data), ...retry })
          await clock.sleep(everyMs, gone.signal).catch(() => undefined)
        }
      } finally {
        listeners -= 1
        leaves()
      }
    })
  }
}
