import type { AttemptSettled } from '../../src/shared/telemetry/events.ts'

/** What a worker says of an attempt that booked. */
export const bookedAttempt: AttemptSettled = {
  event: 'attempt.settled',
  destination: 'default',
  id: 'call-42',
  generation: 1,
  attempt: 1,
  outcome: 'booked',
  status: 200,
  code: undefined,
  message: undefined,
  recordId: '0TzLT00000000w50AA',
  state: 'booked',
  reason: undefined,
  nextAttemptAt: undefined,
  followed: undefined,
  phase: 'answered',
  bytesSent: 1_420,
  durationMs: 12,
  latenessMs: 3,
  sinceDueMs: 130,
  settlement: 'settled',
  callbackNumber: '+18•••89',
  traceparent: undefined,
  trace_id: undefined,
  span_id: undefined,
}
