import Table from 'cli-table3'
import { DateTime } from 'luxon'

import type { CallbackRecord } from '../../shared/ledger/callback-record.ts'
import type { WorkerEvent } from '../../shared/telemetry/events.ts'

export type Say = (line: string) => void

/** One line for what a newcomer wants to see happen. */
export function narrate(event: WorkerEvent, say: Say): void {
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
  }
}

function clockTime(iso: string): string {
  return DateTime.fromISO(iso).toFormat('HH:mm:ss.SSS')
}

/** What became of each callback, in plain words. */
export function tableOf(callbacks: readonly CallbackRecord[]): string {
  const table = new Table({
    head: ['callback', 'became', 'attempts', 'what happened'],
    colWidths: [23, 10, 10, 70],
    wordWrap: true,
    style: { head: [], border: [] },
  })
  for (const callback of callbacks) {
    table.push([callback.id, callback.state, callback.attempts, inPlainWords(callback)])
  }
  return table.toString()
}

function inPlainWords({ state, recordId, reason, message, attempts }: CallbackRecord): string {
  switch (state) {
    case 'booked':
      return attempts === 1
        ? `Salesforce made ContactRequest ${recordId ?? '?'}.`
        : `Salesforce made ContactRequest ${recordId ?? '?'} after ${attempts - 1} failed attempts.`
    case 'dead':
      return `Dead letter, ${reason ?? '?'}: ${message ?? '?'}`
    default:
      return 'It did not come to its end in time.'
  }
}

/** Whether a call was booked more than once. */
export function describeDuplicates(callIds: readonly string[]): string {
  const twice = callIds.filter((callId, index) => callIds.indexOf(callId) !== index)
  return twice.length === 0 ? 'none of them twice' : `more than once: ${twice.join(', ')}`
}
