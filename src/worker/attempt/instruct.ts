import type { Instruction } from '../../queue/instruction.ts'
import type { VerdictReply } from '../../shared/delivery/settlement.ts'
import type { Settlement } from '../../shared/delivery/settlement.ts'
import type { Clock } from '../../shared/time/clock.ts'
import type { Decision } from './decide.ts'
import type { VerdictDecision } from './decide-verdict.ts'

/** A callback that somebody else has settled meanwhile is looked at again so soon. */
const lookAgainMs = 1_000

/**
 * What the queue has to do once it is written down. `stale`: whoever settled it may have lost its lock and with it the job, and
 * ours is the only one. So it is kept, and the ledger asked again. Where the lock is another's, so is the job: BullMQ refuses.
 */
export function instruct(
  settlement: Settlement | VerdictReply,
  decision: Decision | VerdictDecision,
  clock: Clock,
): Instruction {
  if (settlement === 'stale') return { kind: 'delay', untilMs: clock.now() + lookAgainMs }
  const ours = settlement === 'settled' || settlement === 'already'
  return 'atMs' in decision && ours ? { kind: 'delay', untilMs: decision.atMs } : { kind: 'finish' }
}
