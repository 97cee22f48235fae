import Table from 'cli-table3'
import { DateTime } from 'luxon'

import { plainDuration } from '../../ops/text/plain-time.ts'
import type { CallbackStatus } from '../../shared/store/ledger/callback-record.ts'
import type { WorkerEvent } from '../../shared/telemetry/events.ts'

export type PrintLine = (line: string) => void

/** One line for what a newcomer wants to see happen. */
export function narrate(event: WorkerEvent, say: PrintLine): void {
  switch (event.event) {
    case 'callback.scheduled':
      say(`  ${event.id}: scheduled, due ${clockTime(event.dueAt)}`)
      return
    case 'entry.buried':
      say(`✗ ${event.id}: dead letter, ${event.message}`)
      return
    case 'attempt.settled':
      say(narrateAttempt(event))
      return
    case 'bridge.failed':
    case 'processor.failed':
    case 'maintenance.failed':
    case 'settlement.delayed':
    case 'redis.lost':
      say(`! ${event.event}: ${event.message}`)
      return
    case 'redis.back':
      say(`  Redis is back after ${plainDuration(event.awayMs)}`)
      return
    default:
  }
}

function narrateAttempt(event: Extract<WorkerEvent, { event: 'attempt.settled' }>): string {
  const attempt = `attempt ${event.attempt}`
  switch (event.state) {
    case 'booked':
      return `✓ ${event.id}: booked as ${event.recordId ?? '?'} (${attempt})`
    case 'retrying':
      return `… ${event.id}: ${attempt} ${event.outcome}, next ${clockTime(event.nextAttemptAt ?? '')}. ${event.message ?? ''}`
    case 'dead':
      return `✗ ${event.id}: dead letter (${attempt}). ${event.message ?? ''}`
    case 'cancelled':
      return `✗ ${event.id}: cancelled (${attempt})`
  }
}

function clockTime(iso: string): string {
  return DateTime.fromISO(iso).toFormat('HH:mm:ss.SSS')
}

/** A terminal that does not say how wide it is has this many columns. */
const defaultColumns = 80
/** Without the last one, which takes the rest; each with a blank on both sides. */
const columnWidths = [23, 11, 10]

/** What became of each callback, in plain words, no wider than the terminal. */
export function tableOf(callbacks: readonly CallbackStatus[], columns = defaultColumns): string {
  const borders = columnWidths.length + 2
  const taken = columnWidths.reduce((sum, width) => sum + width, borders)
  const table = new Table({
    head: ['callback', 'became', 'attempts', 'what happened'],
    colWidths: [...columnWidths, Math.min(70, Math.max(20, columns - taken))],
    wordWrap: true,
    style: { head: [], border: [] },
  })
  for (const callback of callbacks) {
    table.push([callback.id, callback.state, callback.attempts, inPlainWords(callback)])
  }
  return table.toString()
}

function inPlainWords(callback: CallbackStatus): string {
  if (callback.state === 'booked') {
    const { recordId, attempts } = callback
    const failed = attempts === 1 ? '' : ` after ${attempts - 1} failed attempts`
    return `Salesforce made ContactRequest ${recordId}${failed}.`
  }
  if (callback.state === 'dead') return `Dead letter, ${callback.reason}: ${callback.message}`
  return 'It did not end in time.'
}

/** Whether a call was booked more than once. */
export function describeDuplicates(callIds: readonly string[]): string {
  const twice = callIds.filter((callId, index) => callIds.indexOf(callId) !== index)
  return twice.length === 0 ? 'none of them twice' : `more than once: ${twice.join(', ')}`
}
