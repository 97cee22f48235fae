import { html } from 'hono/html'

import { printable } from '../../../shared/text/printable.ts'
import type { AttemptRecord } from '../../../shared/store/ledger/attempt-record.ts'
import type { CallbackStatus } from '../../../shared/store/ledger/callback-record.ts'
import { commandFor } from '../../text/command-for.ts'
import { duplicateInWords } from '../../text/possible-duplicate.ts'
import { quoted } from '../../text/quoted.ts'
import type { FoundCallback } from '../../operations/status/find-callback.ts'
import { maskRecord } from '../../operations/status/shown-record.ts'
import type { Markup } from '../markup.ts'
import { tableOf } from '../table.ts'
import { timeOf, withTimes } from '../time.ts'

/** All that is known of one callback, from its acceptance to its end; numbers masked. */
export function story({ record: unmasked, explanation }: FoundCallback): Markup {
  const record = maskRecord(unmasked)
  return html`<h1>${printable(record.id)}</h1>
    <p>
      <span class="state ${record.state}">${record.state}</span> at ${printable(record.destination)}
    </p>
    <ul class="reasons">
      ${explanation.reasons.map(({ message }) => html`<li>${withTimes(printable(message))}</li>`)}
    </ul>
    ${
      explanation.expectedAt === undefined
        ? ''
        : html`<p>Expected ${timeOf(explanation.expectedAt)} at the earliest.</p>`
    }
    ${duplicateOf(record)}
    <h2>What happened</h2>
    <ol class="timeline">
      ${momentsOf(record).map(
        ({ at, what, note }) =>
          html`<li>
            ${timeOf(at)} <strong>${what}</strong> ${note === '' ? '' : html`<span>${note}</span>`}
          </li>`,
      )}
    </ol>
    ${attempts(record)}
    <h2>What was asked for</h2>
    ${factsOf(record)}
    <p class="command">
      On the command line:
      <code>${commandFor(`status ${quoted(record.id)}`, record.destination)}</code>
    </p>`
}

function duplicateOf(record: CallbackStatus): Markup | string {
  const words = duplicateInWords(record)
  return words === undefined
    ? ''
    : html`<p class="said wrong">
        Possible duplicate: ${words}. The customer may be called twice.
      </p>`
}

interface Moment {
  at: string
  what: string
  note: string
}

/** In their order; of what happened at one time the first said comes first. */
function momentsOf(record: CallbackStatus): Moment[] {
  const moments: Moment[] = []
  const note = (at: string | undefined, what: string, said?: string) => {
    if (at === undefined || at === '') return
    moments.push({ at, what, note: printable(said ?? '') })
  }
  note(record.intent?.requestedAt, 'asked for by the customer')
  note(record.acceptedAt, 'accepted')
  note(record.rescheduledAt, 'moved', said(record.rescheduledBy, record.rescheduleReason))
  note(record.cancelRequestedAt, 'cancelled', said(record.cancelledBy, record.cancelReason))
  for (const each of record.history) noteAttempt(each, note)
  note(record.redrivenAt, 'redriven')
  note(record.resolvedAt, 'found to be booked, by somebody')
  note(record.discardedAt, 'discarded')
  if (record.nextAttemptAt !== undefined) note(record.nextAttemptAt, 'next attempt')
  if (record.state === 'dead') note(record.updatedAt, 'dead', `${record.reason}, ${record.code}`)
  return moments.toSorted((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)))
}

function noteAttempt(
  { attempt, startedAt, endedAt, outcome, code, message, recordId, verification }: AttemptRecord,
  note: (at: string | undefined, what: string, said?: string) => void,
): void {
  note(startedAt, `attempt ${attempt} began`)
  const what = recordId ?? [code, message].filter((text) => text !== undefined).join(': ')
  note(endedAt, `attempt ${attempt}: ${outcome ?? 'ended'}`, what)
  if (verification === undefined) return
  note(verification.at, 'Salesforce was asked', verification.recordId ?? verification.verdict)
}

function said(by: string | undefined, why: string | undefined): string {
  return [by === undefined ? '' : `by ${by}`, why ?? ''].filter((text) => text !== '').join(': ')
}

function attempts({ history, attempts: made }: CallbackStatus): Markup {
  const missing = history.length === 0 ? 0 : made - history.length
  const table = tableOf({
    caption: 'Attempts',
    head: ['attempt', 'began', 'took', 'outcome', 'status', 'code', 'got as far as'],
    rows: history.map((each) => [
      each.attempt,
      timeOf(each.startedAt),
      each.durationMs === undefined ? '' : `${Math.round(each.durationMs)} ms`,
      each.outcome ?? 'under way',
      each.status === undefined ? '' : String(each.status),
      printable(each.code ?? ''),
      each.phase ?? '',
    ]),
    empty: 'No attempt was made yet.',
  })
  if (missing <= 0) return table
  return html`${table}
    <p>${missing} attempts between the first and these are not kept.</p>`
}

function factsOf({
  intent,
  raw,
  recordId,
  otherRecordIds,
  dueAt,
  expiresAt,
}: CallbackStatus): Markup {
  const facts: [string, Markup | string | undefined][] = [
    ['Call', intent && printable(intent.callId)],
    ['Number', intent?.callbackNumber],
    ['Due', dueAt && timeOf(dueAt)],
    ['Expires', expiresAt && timeOf(expiresAt)],
    ['Priority', intent?.priority === undefined ? undefined : String(intent.priority)],
    ['ContactRequest', recordId],
    ['Other ContactRequests', otherRecordIds.join(', ') || undefined],
    ...Object.entries(intent?.attributes ?? {}).map(([name, value]): [string, string] => [
      printable(name),
      printable(value),
    ]),
    ['As it was sent', raw && printable(raw)],
  ]
  return html`<dl class="facts">
    ${facts.map(([name, value]) =>
      value === undefined || value === ''
        ? ''
        : html`<dt>${name}</dt>
            <dd>${value}</dd>`,
    )}
  </dl>`
}
