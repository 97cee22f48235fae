import { parseCancelRequest, type CancelRequest } from '../../shared/contract/cancel-request.ts'
import { decodeJson } from '../../shared/contract/decode-intent.ts'
import { entryDeadLetterId } from '../../shared/contract/ids.ts'
import { describeProblems, type Problem } from '../../shared/errors/problem.ts'
import { maskNumbersIn } from '../../shared/phone/mask.ts'
import { bridgeGroup, type InboxEntry } from '../../shared/store/inbox/inbox.ts'
import { cancel } from '../../shared/store/ledger/cancel.ts'
import { confirm } from '../../shared/store/ledger/confirm.ts'
import { isoTimestamp } from '../../shared/time/timestamp.ts'
import type { CallbackQueue } from '../../queue/callback-queue.ts'
import { buryEntry, type BurialContext } from './bury-entry.ts'

export interface CancelContext extends BurialContext {
  queue: CallbackQueue
}

/** Whether an entry asks to cancel something, whatever else it holds. */
export function isCancellation({ cancels, tooLarge }: InboxEntry): boolean {
  return cancels.length > 0 && tooLarge === undefined
}

/**
 * Does what an entry asks for that wants a callback cancelled. Ledger → queue → inbox: each step is safe to repeat.
 * False: what it is about may lie before it in the inbox, where somebody is busy with it. Nothing was done, and it is to be
 * tried again.
 */
export async function cancelEntry(context: CancelContext, entry: InboxEntry): Promise<boolean> {
  const read = readRequest(entry)
  if (read.kind === 'unfit') return await buried(context, entry, read)
  const { redis, ref, clock, observe, retentionMs } = context
  const { id, by, reason } = read.request
  const { entryId } = entry
  const nowMs = clock.now()
  const cancellation = await cancel(redis, {
    ref,
    id,
    by: by && maskNumbersIn(by),
    why: reason && maskNumbersIn(reason),
    now: isoTimestamp(nowMs),
    nowMs,
    retentionMs,
    entryId,
  })
  if (cancellation.kind === 'early') return false
  if (cancellation.kind === 'missing') return await buried(context, entry, notFound(id))
  if (cancellation.kind === 'cancelled') {
    await context.queue.remove({ id, generation: cancellation.generation })
  }
  await confirm(redis, { ref, id, entryId, group: bridgeGroup, now: isoTimestamp(nowMs) })
  const { destination } = ref
  observe({ event: 'cancel.answered', destination, id, entryId, outcome: cancellation.kind })
  return true
}

type ReadRequest =
  { kind: 'ok'; request: CancelRequest } | { kind: 'unfit'; code: string; message: string }

function readRequest({ cancels, intents }: InboxEntry): ReadRequest {
  const [bytes] = cancels
  if (bytes === undefined || cancels.length > 1 || intents > 0) return ambiguous
  const json = decodeJson(bytes)
  const parsed = json.kind === 'ok' ? parseCancelRequest(json.value) : json
  if (parsed.kind === 'ok') return parsed
  const problems = parsed.problems.map(named)
  return { kind: 'unfit', code: 'invalid-cancel', message: describeProblems(problems) }
}

/** What is wrong with the whole is said of an intent where it is read as JSON. */
function named({ field, message }: Problem): Problem {
  return { field: field === 'intent' ? 'cancel' : field, message }
}

const ambiguous = {
  kind: 'unfit',
  code: 'ambiguous-entry',
  message: 'cancel: must be the only field of its name, without a field intent; nothing was done',
} as const

function notFound(id: string) {
  const message = `id: there is no callback ${id}: never accepted, or forgotten after its retention`
  return { code: 'callback-not-found', message }
}

/** A wish that cannot be fulfilled is kept as a dead letter of its own: the callback, if there is one, is not touched. */
async function buried(
  context: BurialContext,
  entry: InboxEntry,
  { code, message }: { code: string; message: string },
): Promise<true> {
  const id = entryDeadLetterId(entry.entryId)
  await buryEntry(context, entry, { id, reason: 'invalid', code, message })
  return true
}
