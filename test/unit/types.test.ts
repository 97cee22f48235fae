/** What a program that imports the library may rely on, checked by `npm run check:types`. */
import { expectTypeOf, it } from 'vitest'

import {
  createProducer,
  type AttemptRecord,
  type CancelAnswer,
  type CallbackCode,
  type CallbackStatus,
  type DeadReason,
  type EndedCallback,
  type Enqueued,
  type EnqueueAnswer,
  type ErrorCode,
  type FoundCallback,
  type IndexedAnswer,
  type IntentInput,
  type Producer,
  type ProducerOptions,
  type RescheduleAnswer,
  type RingbackError,
  type WaitingCallback,
} from '../../src/producer/index.ts'
import type { AttemptCode } from '../../src/shared/contract/codes.ts'
import type { OutcomeKind } from '../../src/shared/delivery/outcome.ts'
import type { SendFailureCode } from '../../src/shared/delivery/salesforce-answer.ts'
import type { State } from '../../src/shared/contract/states.ts'

type RecordIn<Wanted extends State> = Extract<CallbackStatus, { state: Wanted }>

it('the methods are what they say', () => {
  expectTypeOf(createProducer).toBeCallableWith()
  expectTypeOf(createProducer).toBeCallableWith({ namespace: 'staging' })
  expectTypeOf<{ url: string }>().not.toExtend<ProducerOptions>()
  expectTypeOf<Producer['enqueue']>().toEqualTypeOf<(input: IntentInput) => Promise<Enqueued>>()
  expectTypeOf<Producer['enqueueMany']>().toEqualTypeOf<
    (inputs: AsyncIterable<IntentInput> | Iterable<IntentInput>) => AsyncGenerator<IndexedAnswer>
  >()
  expectTypeOf<Producer['status']>().returns.resolves.toEqualTypeOf<CallbackStatus | undefined>()
  expectTypeOf<Producer['cancel']>().returns.resolves.toEqualTypeOf<CancelAnswer[]>()
  expectTypeOf<Producer['reschedule']>().returns.resolves.toEqualTypeOf<RescheduleAnswer[]>()
  expectTypeOf<Producer['cancel']>().toBeCallableWith({ callId: 'c' }, { reason: 'x' })
  expectTypeOf<Producer['find']>().returns.resolves.toEqualTypeOf<FoundCallback[]>()
  expectTypeOf<Producer['waitForEnd']>().returns.resolves.toEqualTypeOf<EndedCallback>()
  expectTypeOf<Producer['close']>().returns.resolves.toBeVoid()
})

it('an intent needs a call and a number, and takes a Date where a time is', () => {
  expectTypeOf<Pick<IntentInput, 'callId' | 'callbackNumber'>>().toExtend<IntentInput>()
  expectTypeOf<{ callId: string }>().not.toExtend<IntentInput>()
  expectTypeOf<string>().not.toExtend<IntentInput>()
  type TimeField = 'notBefore' | 'expiresAt' | 'requestedAt' | 'scheduledRoutingDateTime'
  expectTypeOf<IntentInput[TimeField]>().toEqualTypeOf<string | Date | undefined>()
  expectTypeOf<number>().not.toExtend<IntentInput['notBefore']>()
})

it('the state of a callback tells what else is known of it', () => {
  expectTypeOf<CallbackStatus['state']>().toEqualTypeOf<State>()
  expectTypeOf<RecordIn<'booked'>['recordId']>().toEqualTypeOf<string>()
  expectTypeOf<RecordIn<'booked'>['reason']>().toEqualTypeOf<undefined>()
  expectTypeOf<RecordIn<'dead'>['reason']>().toEqualTypeOf<DeadReason>()
  expectTypeOf<RecordIn<'dead'>['code']>().toEqualTypeOf<CallbackCode>()
  expectTypeOf<RecordIn<'dead'>['message']>().toEqualTypeOf<string>()
  expectTypeOf<RecordIn<'dead'>['recordId']>().toEqualTypeOf<undefined>()
  expectTypeOf<WaitingCallback['nextAttemptAt']>().toEqualTypeOf<string | undefined>()
  const narrowed = (record: CallbackStatus) => {
    if (record.state === 'booked') expectTypeOf(record.recordId).toBeString()
    if (record.state === 'dead') expectTypeOf(record.reason).toEqualTypeOf<DeadReason>()
    if (record.state === 'retrying') expectTypeOf(record).toEqualTypeOf<WaitingCallback>()
    if (record.recordId !== undefined) expectTypeOf(record.state).toEqualTypeOf<'booked'>()
    if (record.reason !== undefined) expectTypeOf(record.state).toEqualTypeOf<'dead'>()
  }
  expectTypeOf(narrowed).toBeFunction()
})

it('an answer says which it is, and in many which item it is about', () => {
  expectTypeOf<Enqueued['kind']>().toEqualTypeOf<'accepted' | 'duplicate'>()
  expectTypeOf<EnqueueAnswer['kind']>().toEqualTypeOf<'accepted' | 'duplicate' | 'refused'>()
  expectTypeOf<IndexedAnswer['index']>().toBeNumber()
  expectTypeOf<Enqueued['id']>().toBeString()
  expectTypeOf<Extract<EnqueueAnswer, { kind: 'refused' }>['id']>().toEqualTypeOf<
    string | undefined
  >()
  expectTypeOf<Extract<EnqueueAnswer, { kind: 'refused' }>['code']>().toEqualTypeOf<
    'invalid-intent' | 'id-conflict' | 'unknown-record' | 'sealing-required'
  >()
  expectTypeOf<Extract<IndexedAnswer, { kind: 'accepted' }>['dueAt']>().toBeString()
})

it('an error has one of the codes, and an attempt one of the outcomes', () => {
  expectTypeOf<RingbackError['code']>().toEqualTypeOf<ErrorCode>()
  expectTypeOf<'producer-closed'>().toExtend<ErrorCode>()
  expectTypeOf<string>().not.toExtend<ErrorCode>()
  expectTypeOf<AttemptRecord['outcome']>().toEqualTypeOf<OutcomeKind | undefined>()
  expectTypeOf<OutcomeKind>().toEqualTypeOf<'booked' | 'refused' | 'unavailable' | 'uncertain'>()
  // Every code is listed; and one that is not known yet is a code all the same.
  expectTypeOf<SendFailureCode>().toExtend<AttemptCode>()
  expectTypeOf<'htp-400'>().not.toExtend<AttemptCode>()
  expectTypeOf<string>().toExtend<CallbackCode>()
})
