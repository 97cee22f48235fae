import { wholeNumberOrText } from '../../text/whole-number.ts'

/** What the options of `enqueue` say, one by one. */
export interface IntentOptions {
  callId?: string
  number?: string
  id?: string
  delay?: string
  notBefore?: string
  timeZone?: string
  scheduledRouting?: string
  preview?: true
  expiresAt?: string
  priority?: string
  requestedAt?: string
  attribute?: Readonly<Record<string, string>>
  traceparent?: string
}

/** The intent as the library takes it. Nothing is judged here: the library's words are the only ones. */
export function intentInput(options: IntentOptions): Record<string, unknown> {
  const { priority } = options
  const fields = {
    id: options.id,
    callId: options.callId,
    callbackNumber: options.number,
    isPreviewCallback: options.preview,
    scheduledRoutingDateTime: options.scheduledRouting,
    delay: options.delay,
    notBefore: options.notBefore,
    timeZone: options.timeZone,
    expiresAt: options.expiresAt,
    priority: priority === undefined ? undefined : wholeNumberOrText(priority),
    requestedAt: options.requestedAt,
    attributes: options.attribute,
    traceparent: options.traceparent,
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
