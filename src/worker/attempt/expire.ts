import type { Instruction } from '../../queue/instruction.ts'
import type { Intent } from '../../shared/contract/intent.ts'
import type { Settlement } from '../../shared/delivery/settlement.ts'
import { settle } from '../../shared/store/ledger/settle.ts'
import type { Work } from './attempt.ts'
import { fieldsOf } from './decision-fields.ts'
import { endFields, keptRecords } from './end-fields.ts'
import { instruct } from './instruct.ts'
import { persist } from './persist.ts'

/** Ends a callback whose time is over before an attempt was opened. */
export async function expire(work: Work, intent: Intent): Promise<Instruction> {
  const settlement = await persist(work, () => settleAsExpired(work, intent))
  return instruct(settlement, decisionFor(intent), work.context.clock)
}

/** The same, whoever finds it: a job of it may be on the queue yet. */
export async function settleAsExpired(
  { job, context }: Pick<Work, 'job' | 'context'>,
  intent: Intent,
): Promise<Settlement> {
  const { nextAt, ...fields } = fieldsOf(decisionFor(intent))
  const settlement = await settle(context.store, {
    generation: job.generation,
    attempt: 0,
    record: '',
    nextAttemptAt: nextAt,
    keptRecords,
    possibleDuplicate: false,
    uncertainSince: undefined,
    followed: undefined,
    recentOutcome: undefined,
    ...endFields({ job, context, intent, nowMs: context.clock.now() }),
    ...fields,
  })
  if (settlement === 'settled') {
    const { destination } = context.store.ref
    context.observe({ event: 'callback.expired', destination, id: job.id })
  }
  return settlement
}

function decisionFor({ expiresAt }: Intent) {
  const limit =
    expiresAt === undefined
      ? 'the time that RINGBACK_EXPIRE_AFTER sets was over'
      : `expiresAt (${expiresAt})`
  return {
    kind: 'bury',
    reason: 'expired',
    code: 'expired',
    message: `It was not sent before ${limit}.`,
  } as const
}
