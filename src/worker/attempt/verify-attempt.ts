import type { ContactRequestSearch } from '../../shared/contract/contact-request-search.ts'
import type { Intent } from '../../shared/contract/intent.ts'
import { decodeStoredIntent } from '../../shared/ledger/stored-intent.ts'
import type { Beginning } from '../../shared/store/ledger/begin.ts'
import { unownedRecords } from '../../shared/store/ledger/record-owners.ts'
import { verify, type Verdict, type VerdictReply } from '../../shared/store/ledger/verify.ts'
import { maskNumber } from '../../shared/telemetry/mask.ts'
import { epochMsOf, isoTimestamp } from '../../shared/time/timestamp.ts'
import type { AttemptContext, CallbackJob, Instruction, Verification } from './context.ts'
import {
  decideVerdict,
  decideWithoutSearch,
  type Doubt,
  type VerdictDecision,
} from './decide-verdict.ts'
import { afterwards, frame, persist } from './settle.ts'

interface InDoubt {
  job: CallbackJob
  beginning: Extract<Beginning, { kind: 'unverified' }>
  context: AttemptContext
}

/**
 * Asks Salesforce whether the last attempt was booked, and acts on the answer. Asking changes nothing over there, so a
 * worker that dies here leaves no doubt behind: the next one asks again.
 */
export async function verifyAttempt(inDoubt: InDoubt, signal: AbortSignal): Promise<Instruction> {
  const { verification } = inDoubt.context
  const intent = decodeStoredIntent(inDoubt.beginning.intent)
  for (;;) {
    const search = verification && (await searchFor({ ...inDoubt, intent, verification }, signal))
    const doubt = doubtOf(inDoubt, intent)
    const decision = search
      ? decideVerdict(search, doubt, inDoubt.context)
      : decideWithoutSearch(doubt, inDoubt.context)
    const reply = await settleVerdict(inDoubt, { intent, decision })
    if (reply === 'taken') continue
    report(inDoubt, { intent, decision, reply })
    return afterwards(reply, decision, inDoubt.context.clock)
  }
}

/** Without the ContactRequests that are known to belong to another callback of the same customer. */
async function searchFor(
  {
    beginning,
    context,
    intent,
    verification,
  }: InDoubt & { intent: Intent; verification: Verification },
  signal: AbortSignal,
): Promise<ContactRequestSearch> {
  const { callId, callbackNumber } = intent
  const sinceMs = epochMsOf(beginning.since) - verification.marginMs
  const search = await verification.search({ callId, callbackNumber, sinceMs }, signal)
  if (search.kind !== 'found') return search
  const { redis, place } = context
  return { ...search, recordIds: await unownedRecords(redis, place, search.recordIds) }
}

function doubtOf({ beginning, context }: InDoubt, intent: Intent): Doubt {
  const { attempt, priorAttempts, firstAttemptAt, searches } = beginning
  const { code = '', message = '' } = recordOf(beginning)
  return {
    circumstances: {
      attempt: attempt - priorAttempts,
      firstAttemptAtMs: epochMsOf(firstAttemptAt),
      expiresAtMs: intent.expiresAt === undefined ? undefined : epochMsOf(intent.expiresAt),
      nowMs: context.clock.now(),
    },
    searches,
    code,
    message,
  }
}

function recordOf({ record }: InDoubt['beginning']) {
  return JSON.parse(record) as { code?: string; message?: string }
}

interface Judged {
  intent: Intent
  decision: VerdictDecision
}

function settleVerdict(
  { job, beginning, context }: InDoubt,
  { intent, decision }: Judged,
): Promise<VerdictReply> {
  const nowMs = context.clock.now()
  const { attempt } = beginning
  const verdict = verdictOf(decision, context)
  const details = 'message' in decision ? decision : undefined
  const recordId = decision.kind === 'book' ? decision.recordId : undefined
  const verification = {
    ...{ at: isoTimestamp(nowMs), verdict, recordId },
    ...{ code: details?.code, message: details?.message },
  }
  const input = {
    ...frame(job, context, { intent, nowMs }),
    attempt,
    record: JSON.stringify({ ...recordOf(beginning), verification }),
    state: stateAfter[decision.kind],
    recordId,
    reason: decision.kind === 'bury' ? decision.reason : undefined,
    code: details?.code,
    message: details?.message,
    nextAt: 'atMs' in decision ? isoTimestamp(decision.atMs) : undefined,
    // What a search does not find may be there all the same: late, hidden from its user, or under another number.
    possibleDuplicate: verdict === 'retried' || verdict === 'verified-not-booked',
    verdict,
  }
  return persist(job.id, context, () => verify(context.redis, input))
}

const stateAfter = {
  book: 'booked',
  retry: 'retrying',
  'ask-again': 'asking',
  bury: 'dead',
} as const

/** A callback that dies of anything but the doubt does so because it was found not to be booked. */
function verdictOf(
  decision: VerdictDecision,
  { verification }: AttemptContext,
): Verdict | undefined {
  if (decision.kind === 'ask-again') return undefined
  if (decision.kind === 'book') return 'verified-booked'
  if (decision.kind === 'bury' && decision.reason === 'uncertain') return 'held'
  return verification === undefined ? 'retried' : 'verified-not-booked'
}

function report(
  { job, beginning, context }: InDoubt,
  { intent, decision, reply }: Judged & { reply: VerdictReply },
): void {
  const details = 'message' in decision ? decision : undefined
  context.observe({
    event: 'attempt.verified',
    destination: context.place.destination,
    id: job.id,
    attempt: beginning.attempt,
    verdict: verdictOf(decision, context) ?? 'unknown',
    state: reportedState[decision.kind],
    reason: decision.kind === 'bury' ? decision.reason : undefined,
    recordId: decision.kind === 'book' ? decision.recordId : undefined,
    code: details?.code,
    message: details?.message,
    nextAttemptAt: 'atMs' in decision ? isoTimestamp(decision.atMs) : undefined,
    settlement: reply,
    callbackNumber: maskNumber(intent.callbackNumber),
  })
}

const reportedState = {
  book: 'booked',
  retry: 'retrying',
  'ask-again': 'retrying',
  bury: 'dead',
} as const
