import { Histogram, type OpenMetricsContentType, type Registry } from 'prom-client'

import type { AttemptSettled, Observer } from './events.ts'
import { knownLabels } from './known-labels.ts'

/** From half of Redis' fastest answer to the longest attempt. */
const durationBuckets = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
/** Lateness is milliseconds when all is well and hours after an outage. */
const latenessBuckets = [0.005, 0.01, 0.025, 0.1, 0.5, 1, 5, 30, 60, 300, 1_800, 7_200, 86_400]

type Histograms = ReturnType<typeof createHistograms>

/** `traced`: their samples name there the trace of the attempt, where it has one. */
export function createAttemptHistograms(
  registry: Registry,
  traced: Registry<OpenMetricsContentType>,
): Observer {
  const histograms = createHistograms(traced)
  Object.values(histograms).forEach((histogram) => registry.registerMetric(histogram))
  return (event) => {
    if (event.event === 'worker.started') {
      for (const destination of event.destinations) startAtZero(histograms, destination)
    }
    if (event.event === 'destination.added') startAtZero(histograms, event.destination)
    if (event.event === 'attempt.settled') note(histograms, event)
  }
}

function createHistograms(traced: Registry<OpenMetricsContentType>) {
  const registers = [traced]
  const enableExemplars = true
  return {
    duration: new Histogram<'destination' | 'outcome' | 'trace_id'>({
      name: 'ringback_attempt_duration_seconds',
      help: 'From the start of an attempt to its answer, or to giving up on one.',
      labelNames: ['destination', 'outcome'],
      buckets: durationBuckets,
      enableExemplars,
      registers,
    }),
    sinceDue: new Histogram<'destination' | 'trace_id'>({
      name: 'ringback_callback_delay_seconds',
      help: 'From when a callback was first due until it was booked, whatever attempts that took: what its customer feels of us.',
      labelNames: ['destination'],
      buckets: latenessBuckets,
      enableExemplars,
      registers,
    }),
    lateness: new Histogram<'destination' | 'trace_id'>({
      name: 'ringback_attempt_lateness_seconds',
      help: 'How long after it was due an attempt began.',
      labelNames: ['destination'],
      buckets: latenessBuckets,
      enableExemplars,
      registers,
    }),
  }
}

function startAtZero({ duration, lateness, sinceDue }: Histograms, destination: string): void {
  lateness.zero({ destination })
  sinceDue.zero({ destination })
  for (const outcome of knownLabels.outcome) duration.zero({ destination, outcome })
}

function note({ duration, lateness, sinceDue }: Histograms, settled: AttemptSettled): void {
  const { destination, outcome, durationMs, latenessMs, sinceDueMs, trace_id } = settled
  const exemplarLabels = trace_id === undefined ? {} : { trace_id }
  if (durationMs !== undefined) {
    duration.observe({ labels: { destination, outcome }, value: durationMs / 1000, exemplarLabels })
  }
  if (latenessMs !== undefined) {
    lateness.observe({ labels: { destination }, value: latenessMs / 1000, exemplarLabels })
  }
  if (outcome === 'booked' && sinceDueMs !== undefined) {
    sinceDue.observe({ labels: { destination }, value: sinceDueMs / 1000, exemplarLabels })
  }
}
