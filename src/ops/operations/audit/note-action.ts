import { RingbackError } from '../../../shared/errors/errors.ts'
import { maskNumbersIn } from '../../../shared/phone/mask.ts'
import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import { addAuditEntry } from '../../../shared/store/audit/add-audit-entry.ts'
import type { AuditWhat } from '../../../shared/store/audit/audit-entry.ts'
import { pseudonymOf } from '../../../shared/telemetry/pseudonym.ts'
import { shownId } from '../../text/shown-id.ts'

/** What is written into the operators' log. */
export const auditedActions = [
  ...(['redrive', 'discard', 'resolve', 'cancel', 'reschedule', 'erase'] as const),
  ...(['pause', 'resume', 'rate'] as const),
  ...(['start-run', 'pause-run', 'resume-run', 'abort-run'] as const),
] as const

export type AuditedAction = (typeof auditedActions)[number]

export const faces = ['command line', 'console'] as const

/** Who acts, and by which means. */
export interface Operator {
  name: string
  face: (typeof faces)[number]
}

export interface Act {
  action: AuditedAction
  operator: Operator
  what: AuditWhat
  reason?: string | undefined
}

/** As the operators' log names them. */
function nameOf({ name }: Operator): string {
  return maskNumbersIn(name)
}

/** For traces, which are read elsewhere: never the name. */
export function pseudonymIn({ ref }: DestinationStore, operator: Operator): string {
  return pseudonymOf(ref.namespace, nameOf(operator))
}

/** The one place that writes the operators' log, after what it tells of. */
export async function noteAction(
  store: DestinationStore,
  { action, operator, what, reason }: Act,
  counts: Readonly<Record<string, number>>,
): Promise<void> {
  const who = nameOf(operator)
  const why = reason === undefined ? undefined : maskNumbersIn(reason)
  const entry = { who, face: operator.face, action, what, reason: why, counts }
  try {
    await addAuditEntry(store, entry)
  } catch (cause) {
    const message = 'It was done, and could not be written into the operators’ log.'
    throw new RingbackError('audit-not-written', message, { cause })
  }
}

interface Outcome {
  id: string
  outcome: string
}

/** So many ids are named; of further ones it is said how many. */
export const mostIdsNamed = 50

/** Hands on what became of one callback after the other, and writes down what it came to, however it ends. */
export async function* noting<Item extends Outcome>(
  store: DestinationStore,
  act: Act,
  items: AsyncIterable<Item>,
): AsyncGenerator<Item> {
  const counts: Record<string, number> = {}
  const ids: string[] = []
  let more = 0
  let isWhole = false
  const note = async () => {
    const what = { ...act.what, ids, ...(more > 0 && { more }) }
    if (ids.length > 0) await noteAction(store, { ...act, what }, counts)
  }
  try {
    for await (const item of items) {
      counts[item.outcome] = (counts[item.outcome] ?? 0) + 1
      if (ids.length < mostIdsNamed) ids.push(idForLog(item.id))
      else more += 1
      yield item
    }
    isWhole = true
  } finally {
    await noteHowever(isWhole, note)
  }
}

/** Does something, and writes down what it came to, however it ends. */
export async function andNote<Result>(
  work: () => Promise<Result>,
  note: () => Promise<void>,
): Promise<Result> {
  let isWhole = false
  try {
    const result = await work()
    isWhole = true
    return result
  } finally {
    await noteHowever(isWhole, note)
  }
}

/** What went wrong before is what has to be said: most likely the log could not be written for the same reason. */
async function noteHowever(isWhole: boolean, note: () => Promise<void>): Promise<void> {
  if (isWhole) await note()
  else await note().catch(() => undefined)
}

/** A producer may make a number part of an id, and an erasure does not look into the log. */
export function idForLog(id: string): string {
  return maskNumbersIn(shownId(id))
}
