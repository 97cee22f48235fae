import { Writable } from 'node:stream'

import { pino } from 'pino'
import { expect, it } from 'vitest'

import type { WorkerEvent } from '../../../../src/shared/telemetry/events.ts'
import { logTo } from '../../../../src/shared/telemetry/logger.ts'
import { bookedAttempt } from '../../../support/settled-attempt.ts'

function lineOf(event: WorkerEvent): Record<string, unknown> {
  const lines: string[] = []
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString())
      done()
    },
  })
  logTo(pino({ level: 'trace' }, stream))(event)
  expect(lines).toHaveLength(1)
  return JSON.parse(lines[0] ?? '') as Record<string, unknown>
}

it('writes one wide line an attempt, under the event’s name', () => {
  const { time, pid, hostname, level, ...line } = lineOf(bookedAttempt)
  const { event, ...fields } = bookedAttempt
  const written = JSON.parse(JSON.stringify(fields)) as Record<string, unknown>
  expect(line).toEqual({ ...written, msg: event })
})

const levels = pino.levels.values

it.each<[string, WorkerEvent, string]>([
  ['a booking', bookedAttempt, 'info'],
  [
    'an attempt that will be repeated',
    { ...bookedAttempt, outcome: 'unavailable', state: 'retrying' },
    'warn',
  ],
  ['a booking that came late', { ...bookedAttempt, settlement: 'late-booking' }, 'warn'],
  ['a dead letter', { ...bookedAttempt, outcome: 'refused', state: 'dead' }, 'error'],
  [
    'a customer who may be called twice',
    { ...bookedAttempt, settlement: 'double-booking' },
    'error',
  ],
  [
    'a key that Salesforce refuses',
    { ...bookedAttempt, outcome: 'unavailable', state: 'retrying', code: 'unauthorized' },
    'error',
  ],
  [
    'a failure of maintenance',
    { event: 'maintenance.failed', part: 'walk', destination: undefined, message: '' },
    'error',
  ],
  [
    'an outcome that could not be written down',
    { event: 'settlement.delayed', destination: 'default', id: 'a', message: 'OOM' },
    'error',
  ],
  ['a lost Redis', { event: 'redis.lost', message: 'gone', connections: 5 }, 'error'],
  ['a Redis that is back', { event: 'redis.back', awayMs: 6_000 }, 'info'],
  ['a stop that took too long', { event: 'worker.stopped', inTime: false }, 'warn'],
  ['a stop in good order', { event: 'worker.stopped', inTime: true }, 'info'],
])('logs %s at the level at which somebody should look', (_name, event, level) => {
  expect(lineOf(event)['level']).toBe(levels[level])
})

it('masks what a message of others quotes', () => {
  const message = 'Unexpected token in "+18445791189", eyJhbGciOiJSUzI1NiJ9.e30.c2ln'
  const line = lineOf({ event: 'processor.failed', destination: 'default', id: 'a', message })
  expect(line['message']).toBe('Unexpected token in "+18•••89", [token]')
})
