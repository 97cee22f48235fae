export {
  redactSpans,
  type RedactableSpan,
  type SpanRedaction,
} from '../shared/telemetry/redact-spans.ts'
