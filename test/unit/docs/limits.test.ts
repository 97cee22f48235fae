/** The table of limits of docs/wire-protocol.md: at a limit all is well, and one beyond it is refused. */
import { expect, it } from 'vitest'

import { parseCancel } from '../../../src/shared/contract/cancel-wish.ts'
import { decodeIntent } from '../../../src/shared/contract/decode-intent.ts'
import { timingProblem } from '../../../src/shared/contract/due.ts'
import { parseIntent } from '../../../src/shared/contract/intent.ts'
import { entryOf } from '../../../src/shared/store/inbox/entry.ts'
import { isoTimestamp } from '../../../src/shared/time/timestamp.ts'
import { wireProtocolPage } from '../../support/wire-protocol-page.ts'

const [, table = ''] = wireProtocolPage.split('<!-- limits -->')
const limits = [...table.matchAll(/^\| (.+?) +\| (\d+)\b.*?\|.*\|$/gm)].map(
  ([, what = '', most = '']) => ({ what, most: Number(most) }),
)

const plain = { id: 'v-1', callId: 'c', callbackNumber: '+18445791189' }
const nowMs = Date.UTC(2026, 1, 26)
const takes = (fields: object) => parseIntent({ ...plain, ...fields }).kind === 'ok'
const entryIsTaken = (values: Buffer[]) => entryOf('1-0', values).tooLarge === undefined
const times = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`a${at}`, '']))

function isDue(ms: number): boolean {
  const parsed = parseIntent({ ...plain, notBefore: isoTimestamp(nowMs + ms) })
  return parsed.kind === 'ok' && timingProblem(parsed.intent, nowMs) === undefined
}

/** A sealed number is judged by its length before anything else. */
function isJudgedByMore(length: number): boolean {
  const parsed = parseIntent({ ...plain, callbackNumber: `ey${'A'.repeat(length - 2)}` })
  return (
    parsed.kind === 'invalid' && !parsed.problems.some(({ message }) => /\blimit\b/.test(message))
  )
}

const trace = `01-${'a'.repeat(32)}-${'b'.repeat(16)}-01-`
function isTraced(length: number): boolean {
  const parsed = parseIntent({ ...plain, traceparent: trace.padEnd(length, 'x') })
  return parsed.kind === 'ok' && parsed.traceparent !== undefined
}

/** Whether so many, or so much, is taken. */
const isTaken: Readonly<Record<string, (amount: number) => boolean>> = {
  'JSON of an `intent`, a `cancel`, a `reschedule`': (bytes) =>
    decodeIntent(Buffer.from(JSON.stringify(plain).padEnd(bytes))).kind === 'ok',
  'an entry, all names and values': (bytes) =>
    entryIsTaken([Buffer.from('intent'), Buffer.alloc(bytes - 'intent'.length)]),
  'fields of an entry': (fields) =>
    entryIsTaken(Array.from({ length: 2 * fields }, () => Buffer.from('x'))),
  '`id`': (length) => takes({ id: 'x'.repeat(length) }),
  '`callId`': (length) => takes({ callId: 'x'.repeat(length) }),
  '`callbackNumber`, E.164': (digits) => takes({ callbackNumber: `+${'1'.repeat(digits)}` }),
  '`callbackNumber`, sealed': isJudgedByMore,
  'a time, a duration, a zone, as text': (length) =>
    takes({ delay: `0.${'0'.repeat(length - 3)}s` }),
  '`delay`': (delay) => takes({ delay }),
  '`notBefore`, from when Redis took the entry': isDue,
  '`priority`': (priority) => takes({ priority }),
  '`attributes`': (count) => takes({ attributes: times(count) }),
  'name of an attribute': (length) => takes({ attributes: { ['x'.repeat(length)]: '' } }),
  'value of an attribute': (length) => takes({ attributes: { a: 'x'.repeat(length) } }),
  '`by`': (length) => parseCancel({ id: 'v-1', by: 'x'.repeat(length) }).kind === 'ok',
  '`reason`': (length) => parseCancel({ id: 'v-1', reason: 'x'.repeat(length) }).kind === 'ok',
  '`traceparent`': isTraced,
}

it('has a limit for each that is tried, and the other way round', () => {
  expect(limits.map(({ what }) => what)).toEqual(Object.keys(isTaken))
})

it.each(limits)('takes $most and no more: $what', ({ what, most }) => {
  expect(isTaken[what]?.(most)).toBe(true)
  expect(isTaken[what]?.(most + 1)).toBe(false)
})
