import type { AuditFields } from '../../shared/store/audit/audit-entry.ts'
import { printable } from '../../shared/text/printable.ts'

/** What something was done to, in one line: `ids order-4711, order-4712`. */
export function auditWhat({ what }: Pick<AuditFields, 'what'>): string {
  return Object.entries(what)
    .map(([name, value]) => {
      if (name === 'more') return `and ${String(value)} more`
      return `${name} ${Array.isArray(value) ? value.join(', ') : String(value)}`
    })
    .map(printable)
    .join('; ')
}

/** What came of it: `redriven 2, missing 1`. */
export function auditCounts({ counts }: Pick<AuditFields, 'counts'>): string {
  return printable(
    Object.entries(counts)
      .map(([outcome, count]) => (count === 1 ? outcome : `${outcome} ${count}`))
      .join(', '),
  )
}
