import { html } from 'hono/html'

import { nameOfOne } from '../../../shared/contract/partition.ts'
import { printable } from '../../../shared/text/printable.ts'
import type { OperatorsLog } from '../../operations/audit/read-log.ts'
import { auditCounts, auditWhat } from '../../text/audit-words.ts'
import { shortCommandFor } from '../../text/command-for.ts'
import type { Markup } from '../markup.ts'
import { tableOf } from '../table.ts'
import { timeOf } from '../time.ts'

/** Who did what, by whichever face. */
export function operatorsLog(
  { destination, entries, next }: OperatorsLog,
  basePath: string,
): Markup {
  const name = printable(destination)
  const isInPartitions = entries.some(({ partition }) => partition !== undefined)
  const query = `?destination=${encodeURIComponent(destination)}`
  return html`<h1>Operators’ log</h1>
    <p>What was done to ${name} by commands and on this page, newest first.</p>
    ${tableOf({
      caption: `Operators’ log of ${name}`,
      head: [
        ...['when', 'who', 'by', 'action', ...(isInPartitions ? ['partition'] : [])],
        ...['came to', 'what', 'why'],
      ],
      rows: entries.map((entry) => [
        timeOf(entry.at),
        printable(entry.who),
        printable(entry.face),
        printable(entry.action),
        ...(isInPartitions ? [printable(nameOfOne(entry.partition ?? destination))] : []),
        auditCounts(entry),
        auditWhat(entry),
        printable(entry.reason ?? ''),
      ]),
      empty: 'Nothing was done yet.',
    })}
    ${
      next === undefined
        ? ''
        : html`<p class="pager">
            <a rel="next" href="${basePath}log${query}&before=${next}">Older</a>
          </p>`
    }
    <p class="command">
      On the command line: <code>${shortCommandFor('audit', destination)}</code>
    </p>`
}
