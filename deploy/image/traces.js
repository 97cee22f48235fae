// Registers OpenTelemetry's SDK. Where to and how much is said by its OTEL_ variables; the protocol is http/protobuf.
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources'
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node'

import { redactSpans } from '../../dist/producer/tracing.js'

const resource = defaultResource()
  .merge(resourceFromAttributes({ 'service.name': 'ringback' }))
  .merge(detectResources({ detectors: [envDetector] }))

new NodeTracerProvider({
  resource,
  spanProcessors: [redactSpans(), new BatchSpanProcessor(new OTLPTraceExporter())],
}).register()
