import { Writable } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'

import { pino } from 'pino'
import { PinoPretty } from 'pino-pretty'
import { describe, expect, it } from 'vitest'

import type { WorkerEvent } from '../../../../src/shared/telemetry/events.ts'
import { logTo, prettyOptions } from '../../../../src/shared/telemetry/logger.ts'
import { bookedAttempt } from '../../../support/settled-attempt.ts'

/** What a terminal of this width shows, without the colours. */
function shown(event: WorkerEvent, { columns, colorize = false }: Terminal = {}): string[] {
  let text = ''
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString()
      done()
    },
  })
  const pretty = PinoPretty({ ...prettyOptions(columns), sync: true, destination, colorize })
  const time = pino.stdTimeFunctions.isoTime
  logTo(pino({ level: 'trace', base: null, timestamp: time }, pretty))(event)
  return text.trimEnd().split('\n')
}

interface Terminal {
  columns?: number
  colorize?: boolean
}

const long =
  'Salesforce answered 503: SERVICE_UNAVAILABLE and it says much more than one line holds.'
const retried: WorkerEvent = {
  ...bookedAttempt,
  outcome: 'unavailable',
  state: 'retrying',
  recordId: undefined,
  status: 503,
  code: 'service-unavailable',
  message: long,
  nextAttemptAt: '2026-02-26T15:42:00.000Z',
}

describe('an attempt on a terminal', () => {
  it.each<[string, WorkerEvent, RegExp]>([
    ['a booking', bookedAttempt, /INFO: booked \S+ #1: 0Tz\w+$/],
    [
      'one that is made again',
      retried,
      /WARN: unavailable \S+ #1: service-unavailable, next \d\d:42:00/,
    ],
    [
      'a dead letter',
      { ...retried, outcome: 'refused', state: 'dead', code: 'http-400', reason: 'refused' },
      /ERROR: refused \S+ #1: http-400, dead: refused/,
    ],
    [
      'a double booking',
      { ...bookedAttempt, settlement: 'double-booking' },
      /ERROR: booked \S+ #1: 0Tz\w+, double-booking/,
    ],
  ])('is one line of at most 80 columns: %s', (_, event, pattern) => {
    for (const id of ['order-4711', 'x'.repeat(128)]) {
      const lines = shown({ ...event, id } as WorkerEvent)
      expect(lines).toHaveLength(1)
      expect(lines[0]?.length).toBeLessThanOrEqual(80)
      if (id.length < 20) expect(lines[0]).toMatch(pattern)
    }
  })

  it('shows more on a wider terminal, and says where it leaves something out', () => {
    expect(shown(retried)[0]).toMatch(/…$/)
    expect(shown(retried, { columns: 220 })[0]).toContain(long)
  })

  it('has colours where the terminal has them', () => {
    const [plain = ''] = shown(bookedAttempt)
    const [coloured = ''] = shown(bookedAttempt, { colorize: true })
    expect(coloured).not.toBe(plain)
    expect(stripVTControlCharacters(coloured).slice(10)).toBe(plain.slice(10))
  })
})

it('anything else is folded to the width of the terminal, with all its fields', () => {
  const message = `connect ECONNREFUSED ${'very '.repeat(30)}far away`
  const event: WorkerEvent = { event: 'bridge.failed', destination: 'd', entryId: '1-1', message }
  const lines = shown(event)
  expect(lines.length).toBeGreaterThan(1)
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80)
  const whole = lines.join(' ').replaceAll(/\s+/g, ' ')
  expect(whole).toContain('bridge.failed destination=d entryId=1-1')
  expect(whole).toContain(message)
})

it('shows nothing that a terminal would obey, whoever has written it', () => {
  const message = '\u001b[2J\u009b31m\u202e'
  const lines = [
    ...shown({ ...retried, message }),
    ...shown({ event: 'bridge.failed', destination: message, entryId: message, message }),
  ]
  expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  expect(lines.join('')).toContain(String.raw`\u001b[2J`)
})
