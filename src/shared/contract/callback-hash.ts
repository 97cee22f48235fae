import { z } from 'zod'

import { deadReasons, states } from './states.ts'

const text = (description: string) => z.string().meta({ description })
const flag = (description: string) => z.literal('1').meta({ description })
const count = (description: string) => z.string().regex(/^\d+$/).meta({ description })

/** Of one length, so that times sort as text. */
const time = (description: string) =>
  z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
    .meta({ description, format: 'date-time' })

const recordId = (description: string) =>
  z
    .string()
    .regex(/^(?:[A-Za-z0-9]{15}|[A-Za-z0-9]{18})$/)
    .meta({ description })

/** The public fields of `{…}:callback:<id>`, as HGETALL gives them (docs/wire-protocol.md): every value is a string. */
export const callbackHash = z.looseObject({
  v: flag('Version of this hash.'),
  state: z.enum(states).meta({ description: 'Where the callback is.' }),
  generation: count('One more with each redrive or new submission of a dead id.'),
  attempts: count('Attempts begun, over all generations.'),
  acceptedAt: time('When Redis took the entry.'),
  updatedAt: time('Last change of this hash.'),
  intent: text('The intent as understood: JSON in its canonical form.').optional(),
  raw: text('What was sent, where it could not be taken in.').optional(),
  rawField: text('The field of the entry that raw is of, where it is not intent.').optional(),
  rawEncoding: z.literal('base64').meta({ description: 'What was sent is not UTF-8.' }).optional(),
  rawLength: count('Bytes of what was sent, where raw is only its beginning.').optional(),
  rawSha1: text('SHA-1 of the same bytes, in hex.').optional(),
  submittedId: text('The id that was submitted, where it could not be used.').optional(),
  dueAt: time('When the first attempt may be made.').optional(),
  expiresAt: time('After this nothing is sent.').optional(),
  traceparent: text('The trace that attempts link to, and send on.').optional(),
  firstAttemptAt: time('When the first attempt of this generation began.').optional(),
  nextAttemptAt: time('When the next attempt may be made.').optional(),
  recordId: recordId("Salesforce's ContactRequest.").optional(),
  otherRecordIds: text('Further ContactRequests, each followed by a space.').optional(),
  verified: flag('The answer was lost, and Salesforce was asked.').optional(),
  uncertainSince: time('Since when it is unknown whether it is booked.').optional(),
  resolvedAt: time('When somebody found out that it was booked.').optional(),
  reason: z.enum(deadReasons).meta({ description: 'Why it is dead.' }).optional(),
  code: text('What happened last, as a word for programs. Expect others.').optional(),
  message: text('The same for people.').optional(),
  possibleDuplicate: flag('An attempt may have booked without our knowing.').optional(),
  priorAttempts: count('Attempts of earlier generations.').optional(),
  uncounted: count('Attempts that the budget does not count.').optional(),
  heldBefore: count('Ms for which nothing could be sent before its first attempt.').optional(),
  redrivenAt: time('When it was redriven, the last time.').optional(),
  redrivenAs: text('The inbox entry that it went in as again.').optional(),
  redriveOf: text('The dead letter of another id that it was.').optional(),
  runId: text('The run that has sent or discarded it.').optional(),
  cancelRequestedAt: time('When somebody cancelled it.').optional(),
  cancelledBy: text('Who cancelled it.').optional(),
  cancelReason: text('Why it was cancelled.').optional(),
  rescheduledAt: time('When somebody last moved it to another time.').optional(),
  rescheduledBy: text('Who moved it.').optional(),
  rescheduleReason: text('Why it was moved.').optional(),
  discardedAt: time('When somebody discarded it.').optional(),
})

/** An entry of `{…}:results` (docs/wire-protocol.md). */
export const resultEntry = z.looseObject({
  id: text("The callback's id."),
  state: z.enum(['booked', 'dead', 'cancelled']).meta({ description: 'How it ended.' }),
  attempts: count('Attempts made, over all generations.'),
  at: time('When it ended.'),
  recordId: recordId("Salesforce's ContactRequest.").optional(),
  reason: z.enum(deadReasons).meta({ description: 'Why it is dead.' }).optional(),
  code: text('What happened last. Expect others.').optional(),
  callId: text('The call that it is about.').optional(),
  submittedId: text('The id that was submitted, where it could not be used.').optional(),
  attributes: text('JSON object of strings.').optional(),
  possibleDuplicate: flag('Something was uncertain.').optional(),
  runId: text('The run that has sent it.').optional(),
  verified: flag('The answer was lost, and Salesforce was asked.').optional(),
})
