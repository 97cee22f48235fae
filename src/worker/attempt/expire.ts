import type { Instruction } from '../../queue/instruction.ts'
import type { Intent } from '../../shared/contract/intent.ts'
import { settle } from '../../shared/store/ledger/settle.ts'
import type { Work } from './attempt.ts'
import { fieldsOf } from './decision-fields.ts'
import { endFields, keptRecords } from './end-fields.ts'
import { instruct } from './instruct.ts'
import { persist } from './persist.ts'

/** Ends a callback whose time is over before an attempt was opened. */
export async function expire(work: Work, intent: Intent): Promise<Instruction> {
  const { job, context } = work
  const decision = {
    kind: 'bury',
    reason: 'expired',
    code: 'expired',
    message: `It was not sent before expiresAt (${intent.expiresAt ?? ''}).`,
  } as const
  const { nextAt, ...fields } = fieldsOf(decision)
  const input = {
    ...endFields({ ...work, intent, nowMs: context.clock.now() }),
    ...fields,
    generation: job.generation,
    attempt: 0,
    record: '',
    nextAttemptAt: nextAt,
    keptRecords,
    possibleDuplicate: false,
    uncertainSince: undefined,
    followed: undefined,
    recentOutcome: undefined,
  }
  const settlement = await persist(work, () => settle(context.store, input))
  if (settlement === 'settled') {
    const { destination } = context.store.ref
    context.observe({ event: 'callback.expired', destination, id: job.id })
  }
  return instruct(settlement, decision, context.clock)
}
