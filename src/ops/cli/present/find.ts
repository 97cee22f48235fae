import { printable } from '../../../shared/text/printable.ts'
import type { Found, ShownCallback } from '../../operations/find/find-callbacks.ts'
import { quoted } from '../../text/quoted.ts'
import type { Screen } from '../terminal/screen.ts'
import { textTable } from './table.ts'

export function presentFound(found: Found, { line, paint, columns }: Screen): void {
  const { destination, callbacks, more, inbox } = found
  const place = `the destination ${quoted(destination)}`
  if (callbacks.length === 0) line(`No callback is found at ${place}.`)
  else line(textTable(head, callbacks.map(row), columns))
  if (more) line(`There are more than these ${callbacks.length}; --limit gives more of them.`)
  if (inbox > 0) {
    const entries = inbox === 1 ? '1 entry waits' : `${inbox} entries wait`
    line(`${paint('yellow', 'note:')} ${entries} in the inbox of ${place}, and may be of it too`)
  }
}

const head = ['id', 'state', 'number', 'call', 'accepted (UTC)', 'due (UTC)', 'what became of it']

function row(found: ShownCallback): string[] {
  const { id, state, number, callId, acceptedAt, dueAt, nextAttemptAt } = found
  return [
    printable(id),
    state,
    number ?? '',
    printable(callId ?? ''),
    toSeconds(acceptedAt),
    toSeconds(nextAttemptAt ?? dueAt ?? ''),
    found.recordId ?? [found.reason, found.code].filter((part) => part !== undefined).join(', '),
  ]
}

function toSeconds(iso: string): string {
  return iso.slice(0, 'yyyy-mm-ddThh:mm:ss'.length).replace('T', ' ')
}
