import type { Instruction } from '../../queue/instruction.ts'
import type { ContactRequestSearch } from '../../shared/delivery/contact-request-search.ts'
import { decodeAttempt } from '../../shared/store/ledger/attempt-record.ts'
import { unownedRecords } from '../../shared/store/ledger/record-owners.ts'
import { epochMsOf } from '../../shared/time/timestamp.ts'
import type { SendConditions } from '../../salesforce/client.ts'
import { circumstancesOf, type UnverifiedAttempt } from './attempt.ts'
import {
  decideVerdict,
  decideWithoutSearch,
  type UncertainAttempt,
  type VerdictDecision,
} from './decide-verdict.ts'
import { instruct } from './instruct.ts'
import { recordVerdict, reportVerdict } from './record-verdict.ts'

/**
 * The same pipeline with a question in place of the request: asks Salesforce whether the last attempt was booked, and acts on
 * the answer. Asking changes nothing over there, so a worker that dies here leaves nothing uncertain behind: the next one asks again.
 */
export async function verifyAttempt(
  attempt: UnverifiedAttempt,
  { signal }: SendConditions,
): Promise<Instruction> {
  for (;;) {
    const search = await ask(attempt, signal)
    const decision = decideOn(search, attempt)
    const reply = await recordVerdict(attempt, decision)
    // Another callback of this customer has been found to be booked by that ContactRequest meanwhile.
    if (reply === 'taken') continue
    reportVerdict(attempt, decision, reply)
    return instruct(reply, decision, attempt.context.clock)
  }
}

/** Without the ContactRequests that are known to belong to another callback of the same customer. Undefined: nobody is asked. */
async function ask(
  { job, open, intent, context }: UnverifiedAttempt,
  signal: AbortSignal | undefined,
): Promise<ContactRequestSearch | undefined> {
  const { verification, store } = context
  if (verification === undefined) return undefined
  const { callId, callbackNumber } = intent
  const sinceMs = epochMsOf(open.since) - verification.marginMs
  const search = await verification.search(
    { callId, callbackNumber, sinceMs },
    { signal, about: { destination: store.ref.destination, ...job, attempt: open.attempt } },
  )
  if (search.kind !== 'found') return search
  return { ...search, recordIds: await unownedRecords(store, search.recordIds) }
}

function decideOn(
  search: ContactRequestSearch | undefined,
  attempt: UnverifiedAttempt,
): VerdictDecision {
  const { open, context } = attempt
  const { code = '', message = '' } = decodeAttempt(open.attempt, open.record)
  const circumstances = circumstancesOf(attempt, context.clock.now())
  const uncertain: UncertainAttempt = { circumstances, searches: open.searches, code, message }
  return search === undefined
    ? decideWithoutSearch(uncertain, context)
    : decideVerdict(search, uncertain, context)
}
