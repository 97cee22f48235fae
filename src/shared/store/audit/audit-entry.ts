import { z } from 'zod'

/** What was written down of one thing that an operator did. */
export interface AuditFields {
  who: string
  /** By which means. */
  face: string
  action: string
  /** What it was done to: ids as they may be shown, or a filter, or a run. Never a number. */
  what: AuditWhat
  reason: string | undefined
  /** How many came to what. */
  counts: Readonly<Record<string, number>>
}

export interface AuditEntry extends AuditFields {
  entryId: string
  /** Epoch ms, by Redis' clock. */
  atMs: number
}

const what = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]),
)
const counts = z.record(z.string(), z.number())

export type AuditWhat = z.infer<typeof what>

export function fieldsOfAudit({ reason, ...entry }: AuditFields): string[] {
  const fields = {
    who: entry.who,
    face: entry.face,
    action: entry.action,
    what: JSON.stringify(entry.what),
    counts: JSON.stringify(entry.counts),
  }
  const said = Object.entries(fields).flat()
  return reason === undefined ? said : [...said, 'reason', reason]
}

/** What somebody else has written there is shown as far as it can be read. */
export function decodeAudit([entryId, values]: [string, string[]]): AuditEntry {
  const field = (name: string) => {
    const at = values.findIndex((value, index) => index % 2 === 0 && value === name)
    return at < 0 ? undefined : values[at + 1]
  }
  return {
    entryId,
    atMs: Number.parseInt(entryId, 10),
    who: field('who') ?? '',
    face: field('face') ?? '',
    action: field('action') ?? '',
    what: what.catch({}).parse(parsed(field('what'))),
    reason: field('reason'),
    counts: counts.catch({}).parse(parsed(field('counts'))),
  }
}

function parsed(json: string | undefined): unknown {
  try {
    return JSON.parse(json ?? '{}')
  } catch {
    return {}
  }
}
