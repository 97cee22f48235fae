import type { SalesforceAnswer } from '../../shared/delivery/salesforce-answer.ts'
import type { SendConditions } from '../../salesforce/client.ts'
import type { OpenedAttempt } from './attempt.ts'

/** The one POST. Whatever goes wrong on the way is an answer too. */
export function send(
  { job, open, intent, context }: OpenedAttempt,
  conditions: SendConditions & { traceparent: string | undefined },
): Promise<SalesforceAnswer> {
  const { callId, callbackNumber, isPreviewCallback, scheduledRoutingDateTime } = intent
  const { traceparent } = conditions
  const { destination } = context.store.ref
  return context.client.requestCallback(
    {
      callId,
      callbackNumber,
      ...(isPreviewCallback === undefined ? {} : { isPreviewCallback }),
      ...(scheduledRoutingDateTime === undefined ? {} : { scheduledRoutingDateTime }),
      idempotencyKey: job.id,
      ...(traceparent === undefined ? {} : { traceparent }),
    },
    { about: { destination, ...job, attempt: open.attempt }, ...conditions },
  )
}

/**
 * From before the ledger is asked, not from its answer: the worker may be paused between the two, and after half of its
 * lock's time another one may have taken the job over.
 */
export function sendConditions(
  { clock, sendWithinMs }: OpenedAttempt['context'],
  signal: AbortSignal,
): SendConditions {
  const askedMs = clock.monotonic()
  return { signal, maySend: () => clock.monotonic() - askedMs <= sendWithinMs }
}
