import type { Acceptance } from '../shared/store/ledger/accept.ts'
import type { Submission } from '../shared/store/inbox/submit.ts'
import { messagingSpan } from '../shared/telemetry/messaging-span.ts'
import { currentTracer } from '../shared/telemetry/traces.ts'

/**
 * Submits an intent in a span. Attempts link to its trace context: the one that it came with, else that of this span, which then
 * is part of whatever trace the producer's program is in.
 */
export async function tracedSubmission(
  destination: string,
  submission: Submission,
  submit: (submission: Submission) => Promise<Acceptance>,
): Promise<Acceptance> {
  const tracer = currentTracer()
  if (tracer === undefined) return await submit(submission)
  const { intent, traceparent } = submission
  const start = {
    ...messagingSpan('submit', { destination, id: intent.id }),
    links: [traceparent],
    showsScripts: true,
  }
  return await tracer.inSpan(start, async (span) => {
    const acceptance = await submit({ intent, traceparent: traceparent ?? span.traceparent })
    span.note({ 'ringback.acceptance': acceptance.kind })
    return acceptance
  })
}
