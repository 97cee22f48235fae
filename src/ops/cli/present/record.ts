import type { State } from '../../../shared/contract/states.ts'
import type { AttemptRecord } from '../../../shared/store/ledger/attempt-record.ts'
import type { CallbackStatus } from '../../../shared/store/ledger/callback-record.ts'
import { foldText } from '../../../shared/text/fold-text.ts'
import { printable } from '../../../shared/text/printable.ts'
import type { Reason } from '../../operations/explain/reasons.ts'
import { plainDuration, plainTime } from '../../text/plain-time.ts'
import { duplicateInWords } from '../../text/possible-duplicate.ts'
import type { Colour, Screen } from '../terminal/screen.ts'
import { textTable } from './table.ts'

const colours: Partial<Record<State, Colour>> = { booked: 'green', dead: 'red', retrying: 'yellow' }

/** What somebody who has looked knows of one that waits. */
interface Outlook {
  reason?: Reason | undefined
  expectedAt?: string | undefined
}

/**
 * The whole story of one callback. The record is masked already, unless somebody had to see it. `reason`: why it waits, where
 * somebody has looked; how it ended, the record says itself.
 */
export function presentRecord(
  record: CallbackStatus,
  screen: Screen,
  { reason, expectedAt }: Outlook = {},
): void {
  const why = reason === undefined || reason.code === 'ended' ? undefined : reason.message
  const rows = [
    ...about(record, screen),
    ['because', why && printable(why)] as const,
    [
      'expected',
      expectedAt && `${plainTime(expectedAt, screen.nowMs())}, at the earliest`,
    ] as const,
    ...times(record, screen),
    ...ending(record),
  ]
  for (const [name, value] of rows) {
    if (value !== undefined) presentRow(name, value, screen)
  }
  presentRaw(record, screen)
  presentAttempts(record, screen)
}

function presentRaw({ raw, rawLength, rawSha1 }: CallbackStatus, screen: Screen): void {
  if (raw === undefined && rawLength === undefined) return
  const hash = rawSha1 === undefined ? '' : `, SHA-1 ${rawSha1}`
  const what =
    rawLength === undefined
      ? 'What was sent:'
      : `What was sent is ${rawLength} bytes${hash}. ${raw === undefined ? 'That is too long to show.' : 'Its beginning:'}`
  screen.line()
  screen.line(screen.paint('dim', what))
  if (raw !== undefined) presentText(printable(raw), screen)
}

/** About a screen of it, however much was sent: what is left out is said. */
function presentText(text: string, { line, paint, columns }: Screen): void {
  const beginning = text.slice(0, shownRawLength)
  const width = columns === undefined ? Infinity : Math.max(labelWidth, columns - indent.length)
  for (const each of foldText(beginning, width)) line(`${indent}${each}`)
  const left = text.length - beginning.length
  if (left > 0) line(paint('dim', `${indent}… and ${left} characters more; --json has them all`))
}

const labelWidth = 20
const indent = '  '
const shownRawLength = 1_600

/** A long value goes on under itself. Painted ones are short. */
function presentRow(name: string, value: string, { line, columns }: Screen): void {
  const width = columns === undefined ? Infinity : Math.max(labelWidth, columns - labelWidth)
  const [first = '', ...more] = value.length > width ? foldText(value, width) : [value]
  line(`${name.padEnd(labelWidth)}${first}`)
  for (const text of more) line(`${''.padEnd(labelWidth)}${text}`)
}

type Row = readonly [name: string, value: string | undefined]

function about(record: CallbackStatus, { paint }: Screen): Row[] {
  const { state, intent } = record
  const colour = colours[state]
  return [
    ['callback', paint('bold', record.id)],
    ['submitted as', record.submittedId],
    ['destination', printable(record.destination)],
    ['state', colour === undefined ? state : paint(colour, state)],
    ['call', intent && printable(intent.callId)],
    ['number', intent?.callbackNumber],
    ['priority', intent?.priority?.toString()],
    ['preview', intent?.isPreviewCallback && 'yes'],
    ['scheduled routing', intent?.scheduledRoutingDateTime],
    ['attributes', attributesText(intent?.attributes)],
  ]
}

function attributesText(attributes: Readonly<Record<string, string>> | undefined) {
  if (attributes === undefined) return undefined
  return Object.entries(attributes)
    .map(([name, value]) => `${name}=${printable(value)}`)
    .join(', ')
}

function times(record: CallbackStatus, screen: Screen): Row[] {
  const at = (iso: string | undefined) => iso && plainTime(iso, screen.nowMs())
  return [
    ['requested', at(record.intent?.requestedAt)],
    ['accepted', at(record.acceptedAt)],
    ['due', at(record.dueAt)],
    ['next attempt', at(record.nextAttemptAt)],
    ['moved', at(record.rescheduledAt)],
    ['moved by', record.rescheduledBy && printable(record.rescheduledBy)],
    ['moved because', record.rescheduleReason && printable(record.rescheduleReason)],
    ['expires', at(record.expiresAt)],
    ['redriven', at(record.redrivenAt)],
    ['redriven as', record.state === 'dead' ? record.redrivenAs : undefined],
    ['redriven from', record.redriveOf],
    ['discarded', at(record.discardedAt)],
    ['cancelled', at(record.cancelRequestedAt)],
    ['cancelled by', record.cancelledBy && printable(record.cancelledBy)],
    ['why', record.cancelReason && printable(record.cancelReason)],
    ['last change', at(record.updatedAt)],
  ]
}

function ending(record: CallbackStatus): Row[] {
  const duplicate = duplicateInWords(record)
  return [
    ['recordId', record.recordId && `${record.recordId}${foundHow(record)}`],
    ['in doubt since', record.uncertainSince],
    ['other recordIds', record.otherRecordIds.join(', ') || undefined],
    ['reason', record.reason],
    ['code', record.code],
    ['message', record.message && printable(record.message)],
    ['possible duplicate', duplicate && `yes: ${duplicate}`],
    ['attempts', record.raw === undefined ? String(record.attempts) : undefined],
  ]
}

function foundHow({ verified, resolvedAt }: CallbackStatus): string {
  if (verified) return ' (found by asking Salesforce; the answer was lost)'
  return resolvedAt === undefined ? '' : ' (given when it was resolved by hand)'
}

function presentAttempts({ history, attempts, state }: CallbackStatus, screen: Screen): void {
  if (history.length === 0) return
  screen.line()
  screen.line(
    textTable(
      attemptColumns,
      history.map((attempt) => attemptRow(attempt, state === 'attempting')),
      screen.columns,
    ),
  )
  const missing = attempts - history.length
  if (missing > 0) screen.line(`${missing} attempts between the first and these are not kept.`)
}

const attemptColumns = [
  ...['attempt', 'started (UTC)', 'took', 'outcome', 'status'],
  ...['phase', 'bytes sent', 'message'],
]

function attemptRow(attempt: AttemptRecord, underWay: boolean): string[] {
  const { startedAt, endedAt, durationMs, phase, bytesSent, status, outcome } = attempt
  const open = underWay ? 'under way' : 'never settled'
  return [
    String(attempt.attempt),
    startedAt.replace('T', ' ').replace('Z', ''),
    durationMs === undefined ? '' : plainDuration(durationMs),
    outcome ?? (endedAt === undefined ? open : ''),
    status === undefined ? '' : String(status),
    phase ?? '',
    bytesSent === undefined ? '' : String(bytesSent),
    attempt.recordId ?? wordsOf(attempt),
  ]
}

function wordsOf({ code, message, verification }: AttemptRecord): string {
  const said = [code, message].filter(isText).map(printable).join(': ')
  return verification === undefined ? said : `${said} → ${verification.verdict}`
}

function isText(text: string | undefined): text is string {
  return text !== undefined && text !== ''
}
