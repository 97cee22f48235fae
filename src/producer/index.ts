export { createProducer } from './create-producer.ts'
export type { EndedCallback, Producer, ProducerOptions } from './create-producer.ts'
export type { FindOptions } from './find-callbacks.ts'
export type { ReceivedResult, ResultsOptions } from './read-results.ts'
export type { CallbacksInput, ClueInput, NewTimeInput, WishOptions } from './wish-inputs.ts'
export type {
  Enqueued,
  EnqueueAnswer,
  IndexedAnswer,
  RefusalCode,
  Refused,
} from '../shared/contract/enqueue-answer.ts'
export type { CancelAnswer, RescheduleAnswer } from '../shared/contract/wish-answer.ts'
export type { FoundCallback } from '../shared/store/lookup/found-callback.ts'
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
