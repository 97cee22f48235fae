import type { SpanFacts, SpanStart } from './traces.ts'

/** What is done with a callback as a message, in the words of OpenTelemetry's conventions for messaging. */
export const messagingOperations = {
  submit: { kind: 'producer', type: 'send' },
  receive: { kind: 'consumer', type: 'receive' },
  attempt: { kind: 'consumer', type: 'process' },
  verify: { kind: 'consumer', type: 'process' },
  redrive: { kind: 'producer', type: 'send' },
  discard: { kind: 'consumer', type: 'settle' },
  resolve: { kind: 'consumer', type: 'settle' },
  run: { kind: 'producer', type: 'send' },
} as const

export type MessagingOperation = keyof typeof messagingOperations

export interface MessageSubject {
  readonly destination?: string | undefined
  /** Of a callback; undefined where it is about several. */
  readonly id?: string | undefined
}

export function messagingSpan(operation: MessagingOperation, subject: MessageSubject) {
  const { kind, type } = messagingOperations[operation]
  const { destination, id } = subject
  const facts = {
    'messaging.system': 'ringback',
    'messaging.operation.type': type,
    'messaging.operation.name': operation,
    'messaging.destination.name': destination,
    'messaging.message.id': id,
  } satisfies SpanFacts
  return { name: `${operation} ${destination ?? ''}`.trimEnd(), kind, facts } satisfies SpanStart
}
