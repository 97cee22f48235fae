export { createProducer } from './create-producer.ts'
export type { Producer, ProducerOptions } from './create-producer.ts'
export type {
  Enqueued,
  EnqueueAnswer,
  IndexedAnswer,
  RefusalCode,
  Refused,
} from '../shared/contract/enqueue-answer.ts'
export { RingbackError, type ErrorCode } from '../shared/errors/errors.ts'
export type { Intent, IntentInput } from '../shared/contract/intent.ts'
export type { CallbackCode } from '../shared/contract/codes.ts'
export type { OutcomeKind } from '../shared/delivery/outcome.ts'
export type { Problem } from '../shared/errors/problem.ts'
export type { DeadReason, State } from '../shared/contract/states.ts'
export type { AttemptRecord, AttemptVerification } from '../shared/store/ledger/attempt-record.ts'
export type {
  BookedCallback,
  CallbackStatus,
  CancelledCallback,
  DeadCallback,
  WaitingCallback,
} from '../shared/store/ledger/callback-record.ts'
